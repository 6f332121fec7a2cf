package dev.semantica.evaluation.metric;

import java.util.SplittableRandom;

/**
 * Squared maximum mean discrepancy with the polynomial kernel {@code (x·y/d + 1)³}, unbiased (Bińkowski et al. 2018,
 * equation 4; known as KID). It is 0 in expectation for two samples of one distribution, and may be negative.
 */
public final class KernelDistance {

    private KernelDistance() {}

    /**
     * A mean over subsets and its standard error.
     *
     * @param mean mean of the distances
     * @param standardError standard deviation of the distances over the root of their number
     */
    public record Estimate(double mean, double standardError) {}

    /**
     * The distance between two whole sets.
     *
     * @throws TooFewImagesException with fewer than 2 images in a set
     */
    public static double between(FeatureMatrix a, FeatureMatrix b) {
        a.requireSameDimension(b);
        TooFewImagesException.require("The kernel distance", 2, a, b);
        return within(a) + within(b) - 2 * across(a, b);
    }

    /**
     * The distance over random subsets without replacement.
     *
     * @param size images of each set in a subset, at least 2
     * @param subsets number of subsets, at least 2
     * @throws TooFewImagesException if a set has fewer images than a subset
     */
    public static Estimate overSubsets(FeatureMatrix a, FeatureMatrix b, int size, int subsets, long seed) {
        TooFewImagesException.require("The kernel distance over subsets of " + size, Math.max(2, size), a, b);
        SplittableRandom random = new SplittableRandom(seed);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < subsets; i++) {
            double distance = between(
                    a.select(Samples.withoutReplacement(a.rows(), size, random)),
                    b.select(Samples.withoutReplacement(b.rows(), size, random)));
            sum += distance;
            squares += distance * distance;
        }
        double mean = sum / subsets;
        double variance = Math.max(0, (squares - subsets * mean * mean) / (subsets - 1));
        return new Estimate(mean, Math.sqrt(variance / subsets));
    }

    private static double within(FeatureMatrix set) {
        double sum = 0;
        for (int i = 0; i < set.rows(); i++) {
            for (int j = 0; j < i; j++) {
                sum += kernel(set, i, set, j);
            }
        }
        return 2 * sum / ((double) set.rows() * (set.rows() - 1));
    }

    private static double across(FeatureMatrix a, FeatureMatrix b) {
        double sum = 0;
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < b.rows(); j++) {
                sum += kernel(a, i, b, j);
            }
        }
        return sum / ((double) a.rows() * b.rows());
    }

    private static double kernel(FeatureMatrix a, int i, FeatureMatrix b, int j) {
        double dot = 0;
        for (int k = 0; k < a.dimension(); k++) {
            dot += a.get(i, k) * b.get(j, k);
        }
        double base = dot / a.dimension() + 1;
        return base * base * base;
    }
}
