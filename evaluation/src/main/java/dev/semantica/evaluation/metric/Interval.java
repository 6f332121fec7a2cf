package dev.semantica.evaluation.metric;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A mean with a percentile-bootstrap interval of 95 % (Efron 1979).
 *
 * @param mean of the values
 * @param low lower end
 * @param high upper end
 * @param n number of values
 */
public record Interval(double mean, double low, double high, int n) {

    private static final int RESAMPLES = 1000;

    /**
     * Resamples values that are independent of each other, such as one per source.
     *
     * @param values at least one
     */
    public static Interval of(double[] values, long seed) {
        if (values.length == 0) {
            throw new TooFewImagesException("A mean with its interval", 1, 0);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < values.length; j++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        double mean = Arrays.stream(values).sum() / values.length;
        return new Interval(mean, means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40], values.length);
    }
}
