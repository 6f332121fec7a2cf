package dev.semantica.training.network;

import java.util.Random;

/** Draws a weight's first value. */
@FunctionalInterface
interface Initialisation {

    float next(Random random);

    static Initialisation constant(float value) {
        return random -> value;
    }

    /** Normal values, drawn again beyond two standard deviations. */
    static Initialisation truncatedNormal(double deviation) {
        return random -> {
            double value = random.nextGaussian();
            while (Math.abs(value) > 2) {
                value = random.nextGaussian();
            }
            return (float) (value * deviation);
        };
    }

    /** Uniform with variance 2 / (in + out): Glorot and Bengio 2010. */
    static Initialisation xavier(long in, long out) {
        double bound = StrictMath.sqrt(6.0 / (in + out));
        return random -> (float) ((random.nextDouble() * 2 - 1) * bound);
    }

    /** Truncated normal with variance 2 / in, for what a rectifying activation follows: He et al. 2015. */
    static Initialisation he(long in) {
        return truncatedNormal(StrictMath.sqrt(2.0 / in));
    }
}
