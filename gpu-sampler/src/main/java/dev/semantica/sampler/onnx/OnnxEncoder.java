package dev.semantica.sampler.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.engine.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A graph by itself that makes one tensor of pictures. Its output is taken in the shape that it comes in. For one thread. */
public final class OnnxEncoder implements AutoCloseable {

    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final String output;

    /**
     * What a call gives.
     *
     * @param shape from the outermost dimension
     * @param values row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Output(long[] shape, float[] values) {}

    private OnnxEncoder(Path file, OrtEnvironment environment, OrtSession session, String input, String output) {
        this.file = file;
        this.environment = environment;
        this.session = session;
        this.input = input;
        this.output = output;
    }

    /**
     * Loads a graph.
     *
     * @param model with floats at both ends
     * @param file where it came from: its weights may lie beside it, and messages name it
     * @param input its only input
     * @param output the output to take
     * @throws BundleException if it cannot be loaded
     */
    public static OnnxEncoder load(OnnxModel model, Path file, String input, String output, ExecutionProvider provider)
            throws BundleException {
        provider.check();
        OrtEnvironment environment = OnnxBundle.environment();
        try (OrtSession.SessionOptions options = provider.options()) {
            if (model.hasExternalData()) {
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        file.toAbsolutePath().getParent().toString());
            }
            return new OnnxEncoder(file, environment, environment.createSession(model.bytes(), options), input, output);
        } catch (OrtException e) {
            throw new BundleException(List.of(file + " cannot be loaded: " + e.getMessage()));
        }
    }

    /**
     * Runs the graph.
     *
     * @param pixels row-major
     * @param shape of the pixels
     * @throws EngineException if it fails, or gives something else than 32-bit floats
     */
    public Output run(float[] pixels, long... shape) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, pixels.length))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(pixels)
                .rewind();
        try (OnnxTensor fed = OnnxTensor.createTensor(environment, buffer, shape);
                OrtSession.Result result = session.run(Map.of(input, fed))) {
            if (!(result.get(output).orElseThrow() instanceof OnnxTensor tensor) || tensor.getFloatBuffer() == null) {
                throw new EngineException(file + " gives no tensor of floats", null);
            }
            TensorInfo info = tensor.getInfo();
            FloatBuffer given = tensor.getFloatBuffer();
            float[] values = new float[given.remaining()];
            given.get(values);
            return new Output(info.getShape(), values);
        } catch (OrtException e) {
            throw Failures.of(file + " failed with pictures " + Arrays.toString(shape), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("Closing " + file + " failed: " + e.getMessage(), e);
        }
    }
}
