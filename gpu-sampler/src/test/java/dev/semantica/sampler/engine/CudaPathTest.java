package dev.semantica.sampler.engine;

import dev.semantica.sampler.onnx.CudaDevice;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;
import org.junit.jupiter.api.Tag;

/** Runs with -Dsemantica.gpu=true (docs/gpu.md). */
@Tag("gpu")
class CudaPathTest extends RowCorrectnessContractTest {
    @Override
    LoadedBundle open() throws Exception {
        CudaDevice device = new CudaDevice(0, 2L << 30, "kSameAsRequested", false);
        return PagesLab.load(ExecutionProvider.cuda(2, device), OnnxBundle.TickPath.COMPOSED);
    }

    /** Another processor rounds differently. */
    @Override
    int tolerance() {
        return 2;
    }
}
