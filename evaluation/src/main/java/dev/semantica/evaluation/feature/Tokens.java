package dev.semantica.evaluation.feature;

/** Sequences of vectors in one array. */
final class Tokens {

    private Tokens() {}

    /** The mean of the first vectors of [count, width] in doubles. */
    static double[] mean(float[] values, int count, int width) {
        double[] mean = new double[width];
        for (int token = 0; token < count; token++) {
            for (int i = 0; i < width; i++) {
                mean[i] += values[token * width + i] / (double) count;
            }
        }
        return mean;
    }

    /** Refuses features that are no numbers. */
    static void requireFinite(double[] vector, String output) {
        for (double feature : vector) {
            if (!Double.isFinite(feature)) {
                throw new EncoderOutputException("output '" + output + "' holds " + feature
                        + "; features must be finite. An encoder in 16-bit floats may overflow: export it in 32-bit"
                        + " ones");
            }
        }
    }
}
