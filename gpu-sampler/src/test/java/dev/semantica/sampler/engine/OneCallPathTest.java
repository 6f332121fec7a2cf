package dev.semantica.sampler.engine;

import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;

class OneCallPathTest extends RowCorrectnessContractTest {
    @Override
    LoadedBundle open() throws Exception {
        return PagesLab.load(ExecutionProvider.cpu(2), OnnxBundle.TickPath.ONE_CALL);
    }
}
