package dev.semantica.evaluation.metric;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Variations against the source that they were made of, by the cosine of their features. Each figure is a mean over the
 * sources.
 *
 * @param similarity cosine of source and variation, −1 to 1; a copy has 1
 * @param diversity 1 − cosine of two variations of a source, 0 to 2; null where no source has two
 * @param copies share of variations whose cosine to the source is over the threshold
 * @param repeats share of variations with another variation of the source over the threshold
 * @param memorised share of variations with an image of the reference set over the threshold
 * @param similarityCounts variations by their cosine to the source, in 100 bins from −1 to 1
 * @param threshold cosine over which two images count as near-duplicates
 */
public record Consistency(
        Interval similarity,
        Interval diversity,
        Interval copies,
        Interval repeats,
        Interval memorised,
        List<Integer> similarityCounts,
        double threshold) {

    /** Width of a bin of {@link #similarityCounts}. */
    public static final double BIN = 0.02;

    private static final int BINS = 100;

    /** Copies the counts. */
    public Consistency {
        similarityCounts = List.copyOf(similarityCounts);
    }

    /**
     * Measures variations.
     *
     * @param sources one vector a source
     * @param variations for every source the vectors of its variations, at least one each
     * @param reference what may have been memorised: images other than the sources
     */
    public static Consistency of(
            FeatureMatrix sources,
            List<FeatureMatrix> variations,
            FeatureMatrix reference,
            double threshold,
            long seed) {
        int n = sources.rows();
        double[] similarity = new double[n];
        double[] diversity = new double[n];
        double[] copies = new double[n];
        double[] repeats = new double[n];
        double[] memorised = new double[n];
        AtomicIntegerArray counts = new AtomicIntegerArray(BINS);
        boolean several = variations.stream().allMatch(made -> made.rows() > 1);
        IntStream.range(0, n).parallel().forEach(i -> {
            FeatureMatrix made = variations.get(i);
            for (int v = 0; v < made.rows(); v++) {
                double toSource = cosine(made, v, sources, i);
                counts.incrementAndGet(Math.max(0, Math.min(BINS - 1, (int) Math.floor((toSource + 1) / BIN))));
                similarity[i] += toSource / made.rows();
                copies[i] += toSource > threshold ? 1.0 / made.rows() : 0;
                double nearest = -1;
                for (int w = 0; w < made.rows(); w++) {
                    if (w != v) {
                        double other = cosine(made, v, made, w);
                        nearest = Math.max(nearest, other);
                        diversity[i] += (1 - other) / ((double) made.rows() * (made.rows() - 1));
                    }
                }
                repeats[i] += nearest > threshold ? 1.0 / made.rows() : 0;
                memorised[i] += isIn(made, v, reference, threshold) ? 1.0 / made.rows() : 0;
            }
        });
        return new Consistency(
                Interval.of(similarity, seed),
                several ? Interval.of(diversity, seed) : null,
                Interval.of(copies, seed),
                Interval.of(repeats, seed),
                Interval.of(memorised, seed),
                IntStream.range(0, BINS).mapToObj(counts::get).toList(),
                threshold);
    }

    private static boolean isIn(FeatureMatrix made, int v, FeatureMatrix reference, double threshold) {
        for (int i = 0; i < reference.rows(); i++) {
            if (cosine(made, v, reference, i) > threshold) {
                return true;
            }
        }
        return false;
    }

    private static double cosine(FeatureMatrix a, int i, FeatureMatrix b, int j) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int k = 0; k < a.dimension(); k++) {
            dot += a.get(i, k) * b.get(j, k);
            aa += a.get(i, k) * a.get(i, k);
            bb += b.get(j, k) * b.get(j, k);
        }
        return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
    }
}
