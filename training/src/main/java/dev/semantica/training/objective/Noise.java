package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.SplittableRandom;

/** Random numbers that depend on nothing but their generator: DJL's own have a state that cannot be saved. */
final class Noise {

    private Noise() {}

    /**
     * The generator of a step. The step is mixed in, not counted on: the first numbers of {@link Random}s whose seeds
     * follow one another are nearly the same, so that the first row of a batch would be dropped never or always.
     */
    static Random random(long seed, long step) {
        return new Random(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step).nextLong());
    }

    static NDArray normal(Random random, NDManager manager, Shape shape) {
        return manager.create(normal(random, Math.toIntExact(shape.size())), shape);
    }

    static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
