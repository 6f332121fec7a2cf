package dev.semantica.evaluation.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019, equations 1 and 2), density and coverage (Naeem et al. 2020,
 * equations 3 and 4), by exact search in blocks on all cores. The k-th neighbour of a point leaves out the point itself.
 *
 * @param precision share of generated images within a neighbourhood of a real one, 0 to 1
 * @param recall share of real images within a neighbourhood of a generated one, 0 to 1
 * @param density real neighbourhoods that a generated image lies in, over k; 0 and more
 * @param coverage share of real images with a generated one in their neighbourhood, 0 to 1
 */
public record Neighbourhoods(double precision, double recall, double density, double coverage) {

    private static final int BLOCK = 128;

    /**
     * Compares generated images with real ones.
     *
     * @param k how many neighbours make a neighbourhood, at least 1
     * @throws TooFewImagesException with no more than k images in a set
     */
    public static Neighbourhoods of(FeatureMatrix real, FeatureMatrix generated, int k) {
        real.requireSameDimension(generated);
        TooFewImagesException.require("Precision and recall with k = " + k, k + 1, real, generated);
        double[] realRadii = radii(real, k);
        double[] generatedRadii = radii(generated, k);
        int[] around = new int[generated.rows()];
        boolean[] recalled = new boolean[real.rows()];
        boolean[] covered = new boolean[real.rows()];
        int[][] aroundByBlock = blocks(real)
                .mapToObj(block -> {
                    int[] counts = new int[generated.rows()];
                    double[] squares = new double[generated.rows()];
                    for (int i = block * BLOCK; i < Math.min(real.rows(), (block + 1) * BLOCK); i++) {
                        squaredDistances(real, i, generated, squares);
                        for (int j = 0; j < squares.length; j++) {
                            if (squares[j] <= realRadii[i]) {
                                counts[j]++;
                                covered[i] = true;
                            }
                            recalled[i] |= squares[j] <= generatedRadii[j];
                        }
                    }
                    return counts;
                })
                .toArray(int[][]::new);
        for (int[] counts : aroundByBlock) {
            for (int j = 0; j < counts.length; j++) {
                around[j] += counts[j];
            }
        }
        return new Neighbourhoods(
                IntStream.of(around).filter(count -> count > 0).count() / (double) generated.rows(),
                share(recalled),
                IntStream.of(around).asLongStream().sum() / ((double) k * generated.rows()),
                share(covered));
    }

    /** Squared distance of each point to its k-th neighbour. */
    private static double[] radii(FeatureMatrix set, int k) {
        double[] radii = new double[set.rows()];
        blocks(set).forEach(block -> {
            double[] squares = new double[set.rows()];
            double[] nearest = new double[k + 1];
            for (int i = block * BLOCK; i < Math.min(set.rows(), (block + 1) * BLOCK); i++) {
                squaredDistances(set, i, set, squares);
                Arrays.fill(nearest, Double.POSITIVE_INFINITY);
                for (int j = 0; j < squares.length; j++) {
                    if (j != i && squares[j] < nearest[k - 1]) {
                        insert(nearest, k, squares[j]);
                    }
                }
                radii[i] = nearest[k - 1];
            }
        });
        return radii;
    }

    private static void insert(double[] nearest, int k, double square) {
        int at = k - 1;
        while (at > 0 && nearest[at - 1] > square) {
            nearest[at] = nearest[at - 1];
            at--;
        }
        nearest[at] = square;
    }

    private static IntStream blocks(FeatureMatrix set) {
        return IntStream.range(0, (set.rows() + BLOCK - 1) / BLOCK).parallel();
    }

    /** Squared differences are summed, not expanded, so that equal points are at distance 0. */
    private static void squaredDistances(FeatureMatrix a, int i, FeatureMatrix b, double[] squares) {
        int dimension = a.dimension();
        double[] x = a.values();
        double[] y = b.values();
        int from = i * dimension;
        for (int j = 0; j < b.rows(); j++) {
            int at = j * dimension;
            double first = 0;
            double second = 0;
            double third = 0;
            double fourth = 0;
            int k = 0;
            // Four sums side by side: a processor need not wait for one addition to begin the next.
            for (; k + 3 < dimension; k += 4) {
                double d0 = x[from + k] - y[at + k];
                double d1 = x[from + k + 1] - y[at + k + 1];
                double d2 = x[from + k + 2] - y[at + k + 2];
                double d3 = x[from + k + 3] - y[at + k + 3];
                first += d0 * d0;
                second += d1 * d1;
                third += d2 * d2;
                fourth += d3 * d3;
            }
            for (; k < dimension; k++) {
                double d = x[from + k] - y[at + k];
                first += d * d;
            }
            squares[j] = first + second + third + fourth;
        }
    }

    private static double share(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count / (double) flags.length;
    }
}
