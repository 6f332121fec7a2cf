package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small networks with weights that are not zero anywhere. */
public final class TestNetworks {

    private TestNetworks() {}

    /** Latents of 2 channels at 8×8; 4 tokens of 12, pooled 10. */
    public static ImageDenoiserConfig denoiser(int crossWidth, boolean pooled) {
        return new ImageDenoiserConfig(
                2, 8, 1, 8, 1, 16, 2, 4, 24, crossWidth, pooled, 6, 4, 12, 10, ImageDenoiserConfig.Output.VELOCITY, 1);
    }

    /** Pixels of 32×32 in patches of 4. */
    public static ImageDenoiserConfig pixelDenoiser() {
        return new ImageDenoiserConfig(
                3, 32, 4, 8, 1, 16, 2, 2, 24, 128, true, 6, 4, 12, 10, ImageDenoiserConfig.Output.SAMPLE, 0.7);
    }

    /** 32×32 to 2×2 tokens of 12, pooled 10. */
    public static PageEncoderConfig encoder() {
        return new PageEncoderConfig(32, List.of(8, 16, 16, 24), 4, 12, 2, 1, 10);
    }

    /** 32×32 to latents of 2 channels at 8×8. */
    public static AutoencoderConfig autoencoder() {
        return new AutoencoderConfig(32, 2, 8, 1, 8, 1, 8, 1);
    }

    /** Moves every value, so that what starts at zero matters too. */
    public static void shake(Weights weights, long seed) {
        Random random = new Random(seed);
        try (NDManager manager = weights.manager().newSubManager()) {
            Map<String, NDArray> shaken = new HashMap<>();
            weights.all().forEach((name, array) -> {
                float[] values = array.toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) (0.2 * random.nextGaussian());
                }
                shaken.put(name, manager.create(values, array.getShape()));
            });
            weights.load(shaken);
        }
    }

    /** Normal values. */
    public static NDArray normal(NDManager manager, long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(shape));
    }
}
