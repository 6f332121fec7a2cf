package dev.semantica.evaluation.metric;

import java.util.List;

/**
 * Feature vectors of a set of images.
 *
 * @param rows number of images
 * @param dimension length of a vector
 * @param values row by row, rows·dimension finite numbers; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record FeatureMatrix(int rows, int dimension, double[] values) {

    /**
     * Checks the size and that every number is finite.
     *
     * @throws IllegalArgumentException otherwise
     */
    public FeatureMatrix {
        if (rows < 0 || dimension < 1 || values.length != (long) rows * dimension) {
            throw new IllegalArgumentException(
                    rows + " vectors of " + dimension + " numbers expected, found " + values.length + " numbers");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("Feature " + i % dimension + " of image " + i / dimension + " is "
                        + values[i] + "; features must be finite");
            }
        }
    }

    /** A matrix of vectors of one length. */
    public static FeatureMatrix of(List<double[]> vectors) {
        int dimension = vectors.isEmpty() ? 1 : vectors.get(0).length;
        double[] values = new double[vectors.size() * dimension];
        for (int i = 0; i < vectors.size(); i++) {
            if (vectors.get(i).length != dimension) {
                throw new IllegalArgumentException(
                        "Image " + i + " has " + vectors.get(i).length + " features, the first one has " + dimension);
            }
            System.arraycopy(vectors.get(i), 0, values, i * dimension, dimension);
        }
        return new FeatureMatrix(vectors.size(), dimension, values);
    }

    /** The vectors at some places, in that order. */
    public FeatureMatrix select(int... places) {
        double[] selected = new double[places.length * dimension];
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(values, places[i] * dimension, selected, i * dimension, dimension);
        }
        return new FeatureMatrix(places.length, dimension, selected);
    }

    /** A number of a vector. */
    public double get(int row, int feature) {
        return values[row * dimension + feature];
    }

    void requireSameDimension(FeatureMatrix other) {
        if (dimension != other.dimension) {
            throw new IllegalArgumentException("Both sets must have features of one encoder; found " + dimension
                    + " and " + other.dimension + " numbers a vector");
        }
    }
}
