package dev.semantica.sampler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.QuantisedBundle;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compared with its own rows alone: that its pictures differ from those of floats is what quantisation is. */
class Int8PathTest extends RowCorrectnessContractTest {

    private Bundle quantised;
    private QuantisedBundle result;

    @BeforeAll
    @Override
    void load(@TempDir Path folder) throws Exception {
        result = QuantisedBundle.write(
                Bundle.read(PagesLab.DIRECTORY), folder.resolve("int8"), "pages-lab-int8", OnnxBundle::verify);
        quantised = Bundle.read(result.directory());
        super.load(folder);
    }

    @Override
    LoadedBundle open() throws Exception {
        return OnnxBundle.load(quantised, ExecutionProvider.cpu(2), OnnxBundle.TickPath.COMPOSED);
    }

    @Override
    LoadedBundle openReference() throws Exception {
        return OnnxBundle.load(quantised, ExecutionProvider.cpu(2), OnnxBundle.TickPath.COMPOSED);
    }

    @Test
    void theDenoiserIsSmaller() {
        assertThat(result.products()).isGreaterThan(20);
        assertThat(result.bytesAfter()).isLessThan(result.bytesBefore() * 6 / 10);
    }
}
