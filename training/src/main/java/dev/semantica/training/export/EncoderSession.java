package dev.semantica.training.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.BundleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.codec.digest.DigestUtils;

/** A foreign encoder at work on ONNX Runtime; one thread at a time. */
public final class EncoderSession implements AutoCloseable {

    /** More than one, so that a graph of a fixed number is seen. */
    private static final int DRY_ROWS = 2;

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ConditionEncoder encoder;
    private final int tokens;
    private final int tokenWidth;
    private final int pooledWidth;

    private EncoderSession(String name, Opened opened, ConditionEncoder encoder, long[] tokens, long[] pooled) {
        this.name = name;
        this.environment = opened.environment;
        this.session = opened.session;
        this.encoder = encoder;
        this.tokens = Math.toIntExact(tokens[1]);
        this.tokenWidth = Math.toIntExact(tokens[2]);
        this.pooledWidth = Math.toIntExact(pooled[1]);
    }

    private record Opened(OrtEnvironment environment, OrtSession session) {}

    /** Output of a call: its shape, and its values from the outermost dimension. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Given(long[] shape, float[] values) {}

    /** Loads it and runs it once: what a graph declares need not be what it does. */
    static EncoderSession open(EncoderAdapter adapter, int threads) throws BundleException {
        OnnxModel model = adapter.graph(List.of(), List.of());
        Opened opened = load(adapter.name(), model, threads);
        try {
            int side = adapter.side();
            float[] noise = new float[DRY_ROWS * 3 * side * side];
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) random.nextDouble(-1, 1);
            }
            List<Given> given = run(opened, noise, DRY_ROWS, side);
            long[] tokens = given.get(0).shape;
            long[] pooled = given.get(1).shape;
            if (tokens.length != 3 || pooled.length != 2 || tokens[0] != DRY_ROWS || pooled[0] != DRY_ROWS) {
                throw new BundleException(List.of(adapter.name() + " gives tokens " + Arrays.toString(tokens)
                        + " and vectors " + Arrays.toString(pooled) + " for " + DRY_ROWS
                        + " pictures; expected [rows, tokens, width] and [rows, width]"));
            }
            for (Given output : given) {
                for (float value : output.values) {
                    if (!Float.isFinite(value)) {
                        throw new BundleException(List.of(adapter.name() + " gives " + value + " for plain noise"));
                    }
                }
            }
            OnnxModel declared = adapter.graph(List.of(tokens[1], tokens[2]), List.of(pooled[1]));
            return new EncoderSession(adapter.name(), opened, new ConditionEncoder(declared, side), tokens, pooled);
        } catch (OrtException e) {
            close(opened.session);
            throw new BundleException(
                    List.of("A dry run of " + adapter.name() + " with two pictures failed: " + e.getMessage()));
        } catch (BundleException | RuntimeException e) {
            close(opened.session);
            throw e;
        }
    }

    private static Opened load(String name, OnnxModel model, int threads) throws BundleException {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "semantica");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            return new Opened(environment, environment.createSession(model.bytes(), options));
        } catch (OrtException e) {
            throw new BundleException(List.of(name + " cannot be loaded: " + e.getMessage()));
        }
    }

    private static List<Given> run(Opened opened, float[] pixels, int rows, int side) throws OrtException {
        FloatBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, pixels.length))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(pixels)
                .rewind();
        try (OnnxTensor fed = OnnxTensor.createTensor(opened.environment, buffer, new long[] {rows, 3, side, side});
                OrtSession.Result result = opened.session.run(Map.of("pixels", fed))) {
            return List.of(given(result, "tokens"), given(result, "pooled"));
        }
    }

    private static Given given(OrtSession.Result result, String output) {
        OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return new Given(tensor.getInfo().getShape(), values);
    }

    /**
     * Encodes pictures.
     *
     * @param pixels [rows, 3, side, side] in −1 … 1
     * @return tokens and pooled vectors, a row a picture
     * @throws IllegalStateException if the encoder fails on them
     */
    public List<float[]> encode(float[] pixels, int rows) {
        try {
            List<Given> given = run(new Opened(environment, session), pixels, rows, encoder.side());
            return List.of(given.get(0).values, given.get(1).values);
        } catch (OrtException e) {
            throw new IllegalStateException(name + " failed with " + rows + " pictures: " + e.getMessage(), e);
        }
    }

    /** The graph, for a bundle. */
    public ConditionEncoder encoder() {
        return encoder;
    }

    /** Number of tokens. */
    public int tokens() {
        return tokens;
    }

    /** Width of a token. */
    public int tokenWidth() {
        return tokenWidth;
    }

    /** Width of the pooled vector. */
    public int pooledWidth() {
        return pooledWidth;
    }

    /** SHA-256 of the graph, weights, scaling and all. */
    public String digest() {
        return DigestUtils.sha256Hex(encoder.model().bytes());
    }

    @Override
    public void close() {
        close(session);
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("An encoder's session cannot be closed: " + e.getMessage(), e);
        }
    }
}
