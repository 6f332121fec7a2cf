package dev.semantica.sampler.diffusers;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.semantica.diffusion.GaussianNoise;
import dev.semantica.sampler.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The pipeline of an export as its authors run it: one picture, the exported graphs themselves, textbook updates in
 * doubles. Shares no code with the import.
 */
final class PlainPipeline implements AutoCloseable {

    static final int SIZE = 4 * 8 * 8;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Path directory;
    private final Map<String, OrtSession> sessions = new LinkedHashMap<>();
    private final double[] bars = new double[1000];
    private final boolean velocity;

    PlainPipeline(Path directory, boolean velocity) {
        this.directory = directory;
        this.velocity = velocity;
        double product = 1;
        for (int t = 0; t < 1000; t++) {
            double root = Math.sqrt(0.00085) + (Math.sqrt(0.012) - Math.sqrt(0.00085)) * t / 999;
            product *= 1 - root * root;
            bars[t] = product;
        }
    }

    float[] embed(RgbImage picture, double[] mean, double[] std, String output) throws OrtException {
        int plane = picture.width() * picture.height();
        float[] pixels = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                pixels[c * plane + i] = (float) (((picture.rgb()[3 * i + c] & 0xFF) / 255.0 - mean[c]) / std[c]);
            }
        }
        return run("image_encoder", output, Map.of("pixel_values", tensor(pixels, 1, 3, 12, 12)));
    }

    float[] decode(double[] latents, double scaling, double shift) throws OrtException {
        float[] scaled = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            scaled[i] = (float) (latents[i] / scaling + shift);
        }
        return run("vae_decoder", "sample", Map.of("latent_sample", tensor(scaled, 1, 4, 8, 8)));
    }

    /** Leading timesteps with an offset of one; the last step goes to the noise of timestep 0. */
    double[] ddim(float[] embedding, double guidance, int steps, int index) throws OrtException {
        double[] x = noise(index, 1);
        int stride = 1000 / steps;
        for (int k = steps - 1; k >= 0; k--) {
            int t = k * stride + 1;
            double bar = bars[t];
            double target = t - stride >= 0 ? bars[t - stride] : bars[0];
            double[] m = model(x, t, embedding, guidance);
            for (int i = 0; i < SIZE; i++) {
                double x0 = original(x[i], m[i], Math.sqrt(bar), Math.sqrt(1 - bar));
                double noise = (x[i] - Math.sqrt(bar) * x0) / Math.sqrt(1 - bar);
                x[i] = Math.sqrt(target) * x0 + Math.sqrt(1 - target) * noise;
            }
        }
        return x;
    }

    /** In units where the signal stays as it is, down to no noise. */
    double[] euler(float[] embedding, double guidance, int steps, int index) throws OrtException {
        int stride = 1000 / steps;
        double first = ratio((steps - 1) * stride + 1);
        double[] x = noise(index, Math.sqrt(first * first + 1));
        for (int k = steps - 1; k >= 0; k--) {
            double sigma = ratio(k * stride + 1);
            double next = k == 0 ? 0 : ratio((k - 1) * stride + 1);
            double[] scaled = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                scaled[i] = x[i] / Math.sqrt(sigma * sigma + 1);
            }
            double[] m = model(scaled, k * stride + 1, embedding, guidance);
            for (int i = 0; i < SIZE; i++) {
                double alpha = 1 / Math.sqrt(sigma * sigma + 1);
                double x0 = original(scaled[i], m[i], alpha, sigma * alpha);
                x[i] += (x[i] - x0) / sigma * (next - sigma);
            }
        }
        return x;
    }

    /** DPM-Solver++(2M) as in its paper, the first and the last step of first order. */
    double[] multistep(float[] embedding, double guidance, int steps, int index) throws OrtException {
        int stride = 1000 / (steps + 1);
        double[] x = noise(index, 1);
        double[] before = new double[SIZE];
        double lambdaBefore = 0;
        for (int k = steps; k >= 1; k--) {
            int t = k * stride + 1;
            double alpha = Math.sqrt(bars[t]);
            double sigma = Math.sqrt(1 - bars[t]);
            double lambda = Math.log(alpha / sigma);
            boolean last = k == 1;
            double nextAlpha = last ? 1 : Math.sqrt(bars[t - stride]);
            double nextSigma = last ? 0 : Math.sqrt(1 - bars[t - stride]);
            double h = last ? Double.POSITIVE_INFINITY : Math.log(nextAlpha / nextSigma) - lambda;
            double[] m = model(x, t, embedding, guidance);
            for (int i = 0; i < SIZE; i++) {
                double x0 = original(x[i], m[i], alpha, sigma);
                double mixed = k == steps || last ? x0 : x0 + h / (lambda - lambdaBefore) / 2 * (x0 - before[i]);
                x[i] = nextSigma / sigma * x[i] - nextAlpha * Math.expm1(-h) * mixed;
                before[i] = x0;
            }
            lambdaBefore = lambda;
        }
        return x;
    }

    private double ratio(int t) {
        return Math.sqrt((1 - bars[t]) / bars[t]);
    }

    private double original(double x, double m, double alpha, double sigma) {
        return velocity ? alpha * x - sigma * m : (x - sigma * m) / alpha;
    }

    private static double[] noise(int index, double scale) {
        float[] noise = new float[SIZE];
        GaussianNoise.fill(42, index, GaussianNoise.INITIAL_DRAW, noise, 0, SIZE);
        double[] x = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            x[i] = scale * noise[i];
        }
        return x;
    }

    /** The prediction, guided away from an embedding of zeros. */
    private double[] model(double[] x, int t, float[] embedding, double guidance) throws OrtException {
        float[] conditional = unet(x, t, embedding);
        float[] free = unet(x, t, new float[embedding.length]);
        double[] m = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            m[i] = free[i] + guidance * (conditional[i] - free[i]);
        }
        return m;
    }

    private float[] unet(double[] x, int t, float[] embedding) throws OrtException {
        float[] sample = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            sample[i] = (float) x[i];
        }
        return run(
                "unet",
                "out_sample",
                Map.of(
                        "sample", tensor(sample, 1, 4, 8, 8),
                        "timestep", tensor(new float[] {t}, 1),
                        "encoder_hidden_states", tensor(embedding, 1, 1, TinyExport.WIDTH)));
    }

    /** Compared with nothing. */
    @SuppressWarnings("ArrayRecordComponent")
    record Floats(float[] values, long[] shape) {}

    static Floats tensor(float[] values, long... shape) {
        return new Floats(values, shape);
    }

    float[] run(String part, String output, Map<String, Floats> inputs) throws OrtException {
        OrtSession session = sessions.get(part);
        if (session == null) {
            session = environment.createSession(
                    directory.resolve(part).resolve("model.onnx").toString(), new OrtSession.SessionOptions());
            sessions.put(part, session);
        }
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        for (String name : session.getInputNames()) {
            TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
            fed.put(name, name.equals("return_dict") ? flag() : create(inputs.get(name), info));
        }
        try (OrtSession.Result result = session.run(fed)) {
            FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor flag() throws OrtException {
        return OnnxTensor.createTensor(environment, new boolean[] {false});
    }

    private OnnxTensor create(Floats floats, TensorInfo info) throws OrtException {
        long[] shape = info.getShape().length == 0 ? new long[0] : floats.shape();
        if (info.type == OnnxJavaType.INT64) {
            return OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[] {(long) floats.values()[0]}), shape);
        }
        if (info.type == OnnxJavaType.FLOAT16) {
            ShortBuffer halves = Fp16Conversions.convertFloatBufferToFp16Buffer(FloatBuffer.wrap(floats.values()));
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(2 * floats.values().length).order(ByteOrder.nativeOrder());
            bytes.asShortBuffer().put(halves.rewind());
            return OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.FLOAT16);
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats.values()), shape);
    }

    @Override
    public void close() throws OrtException {
        for (OrtSession session : sessions.values()) {
            session.close();
        }
    }
}
