package dev.semantica.sampler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;
import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bundle with a denoiser that reads the first row's timestep for all: rows of other steps must not share a call of it,
 * else they would not be what the bundle with a timestep a row makes of them alone.
 */
class SharedTimestepPathTest extends RowCorrectnessContractTest {

    private Path folder;

    @BeforeAll
    @Override
    void load(@TempDir Path temporary) throws Exception {
        folder = temporary.resolve("shared");
        PagesLab.copy(folder, SharedTimestepPathTest::firstTimestepForAll);
        ObjectMapper json = new ObjectMapper();
        File file = folder.resolve("bundle.json").toFile();
        json.writeValue(file, ((ObjectNode) json.readTree(file)).put("sharedTimestep", true));
        super.load(temporary);
    }

    private static Value firstTimestepForAll(GraphBuilder graph, String name, TensorType type, Value value) {
        if (type.shape().dimensions().size() != 1) {
            return value;
        }
        Value first = graph.node("Slice", value, graph.longs(0), graph.longs(1)).output();
        return graph.node("Expand", first, graph.node("Shape", value).output()).output();
    }

    @Override
    LoadedBundle open() throws Exception {
        return OnnxBundle.load(Bundle.read(folder), ExecutionProvider.cpu(2), OnnxBundle.TickPath.COMPOSED);
    }

    /** The graph does what its name says, or the contract would hold of itself. */
    @Test
    void theDenoiserReadsOneTimestepOnly() throws Exception {
        assertThat(OnnxModel.read(folder.resolve("denoiser.onnx")).operators()).containsKey("Expand");
        assertThat(Bundle.read(folder).manifest().sharesTimestep()).isTrue();
    }
}
