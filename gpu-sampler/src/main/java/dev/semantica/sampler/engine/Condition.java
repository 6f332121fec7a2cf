package dev.semantica.sampler.engine;

import java.util.List;

/**
 * The encoding of one source.
 *
 * @param tensors the condition tensors in the manifest's order, row-major; not copied
 */
public record Condition(List<float[]> tensors) {

    /** Bytes that the tensors take. */
    public long bytes() {
        return tensors.stream()
                .mapToLong(tensor -> (long) Float.BYTES * tensor.length)
                .sum();
    }

    /** Cosine of the angle between one tensor of two conditions, -1 to 1. */
    static double cosine(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squareA * squareB);
    }
}
