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

    /** Points that a thread compares with all others: what it holds is in proportion to the set, not to its square. */
    private static final int BLOCK = 128;
    /** Points of the other set at a time: 800 kB of 384 features, what a core's own cache holds. */
    private static final int TILE = 256;

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
                    squaredDistances(real, block, generated, (i, from, squares, count) -> {
                        for (int j = 0; j < count; j++) {
                            if (squares[j] <= realRadii[i]) {
                                counts[from + j]++;
                                covered[i] = true;
                            }
                            recalled[i] |= squares[j] <= generatedRadii[from + j];
                        }
                    });
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
            double[][] nearest = new double[BLOCK][k];
            for (double[] of : nearest) {
                Arrays.fill(of, Double.POSITIVE_INFINITY);
            }
            squaredDistances(set, block, set, (i, from, squares, count) -> {
                double[] own = nearest[i % BLOCK];
                for (int j = 0; j < count; j++) {
                    if (squares[j] < own[k - 1] && from + j != i) {
                        insert(own, k, squares[j]);
                    }
                }
                radii[i] = own[k - 1];
            });
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

    /** Takes the squared distances of point i of one set to {@code count} points of the other, the first at {@code from}. */
    @FunctionalInterface
    private interface Visitor {
        void visit(int i, int from, double[] squares, int count);
    }

    /**
     * All squared distances of a block of points, a tile of the other set at a time. Squared differences are summed, not
     * expanded, so that equal points are at distance 0. A tile is an array a feature: compilers turn sums over such
     * arrays into vector instructions, and those over one flat array with offsets not.
     */
    private static void squaredDistances(FeatureMatrix a, int block, FeatureMatrix b, Visitor visitor) {
        int dimension = a.dimension();
        double[] x = a.values();
        double[][] tile = new double[dimension][Math.min(TILE, b.rows())];
        double[] squares = new double[Math.min(TILE, b.rows())];
        for (int from = 0; from < b.rows(); from += TILE) {
            int count = Math.min(TILE, b.rows() - from);
            transpose(b, from, count, tile);
            for (int i = block * BLOCK; i < Math.min(a.rows(), (block + 1) * BLOCK); i++) {
                Arrays.fill(squares, 0);
                int at = i * dimension;
                int k = 0;
                for (; k + 3 < dimension; k += 4) {
                    addFour(x, at + k, tile, k, squares);
                }
                for (; k < dimension; k++) {
                    add(x[at + k], tile[k], squares);
                }
                visitor.visit(i, from, squares, count);
            }
        }
    }

    private static void transpose(FeatureMatrix set, int from, int count, double[][] tile) {
        for (int j = 0; j < count; j++) {
            for (int k = 0; k < tile.length; k++) {
                tile[k][j] = set.get(from + j, k);
            }
        }
    }

    /** Four features at once: a sum is fetched and put back once for them. */
    private static void addFour(double[] features, int at, double[][] tile, int k, double[] squares) {
        double first = features[at];
        double second = features[at + 1];
        double third = features[at + 2];
        double fourth = features[at + 3];
        double[] firsts = tile[k];
        double[] seconds = tile[k + 1];
        double[] thirds = tile[k + 2];
        double[] fourths = tile[k + 3];
        for (int j = 0; j < squares.length; j++) {
            double d0 = first - firsts[j];
            double d1 = second - seconds[j];
            double d2 = third - thirds[j];
            double d3 = fourth - fourths[j];
            squares[j] = squares[j] + d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
        }
    }

    private static void add(double feature, double[] tile, double[] squares) {
        for (int j = 0; j < squares.length; j++) {
            double difference = feature - tile[j];
            squares[j] += difference * difference;
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
