package dev.semantica.evaluation.factor;

import dev.semantica.evaluation.metric.Interval;
import dev.semantica.pages.factor.Factors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the judged bundle's own encoder tells of the sources, and what is kept where it tells it rightly and where not: what
 * the encoder has lost no variation can keep.
 *
 * @param probes what reads that encoder, without colours
 * @param factors by factor of the page
 */
public record SourceReadings(FactorScores.Probes probes, Map<String, OfFactor> factors) {

    /**
     * One factor.
     *
     * @param score accuracy on held-out images that no model made, 0 to 1
     * @param read share of the sources whose factor is read rightly
     * @param keptWhereRead by candidate the share of images that keep it, over these sources; empty if there are none
     * @param keptElsewhere the same over the other sources
     */
    public record OfFactor(
            double score, Interval read, Map<String, Interval> keptWhereRead, Map<String, Interval> keptElsewhere) {}

    /**
     * Divides sources by what is read from them.
     *
     * @param readings of the bundle's own encoder
     * @param scores of the same sources, whose factors of the page are divided
     * @param told what is read from every source
     * @param seed of the intervals
     */
    static SourceReadings of(
            FactorScores.Probes probes,
            Map<String, Reading> readings,
            FactorScores scores,
            List<FactorScores.Source> sources,
            List<Factors> told,
            long seed) {
        Map<String, OfFactor> factors = new TreeMap<>();
        scores.readings().forEach((factor, judge) -> {
            Reading own = readings.get(factor);
            if (judge.isReadable() && judge.ofPage() && own != null && own.ofPage()) {
                List<FactorScores.Source> right = new ArrayList<>();
                List<FactorScores.Source> wrong = new ArrayList<>();
                for (int i = 0; i < sources.size(); i++) {
                    FactorScores.Source source = sources.get(i);
                    if (FactorScores.knows(judge, source.page(), factor)) {
                        boolean read = told.get(i)
                                .category(factor)
                                .equals(source.page().category(factor));
                        (read ? right : wrong).add(source);
                    }
                }
                if (right.size() + wrong.size() > 0) {
                    factors.put(factor, divided(factor, own.score(), right, wrong, scores.images(), seed));
                }
            }
        });
        return new SourceReadings(probes, factors);
    }

    private static OfFactor divided(
            String factor,
            double score,
            List<FactorScores.Source> right,
            List<FactorScores.Source> wrong,
            int images,
            long seed) {
        double[] read = new double[right.size() + wrong.size()];
        Arrays.fill(read, 0, right.size(), 1);
        return new OfFactor(
                score, Interval.of(read, seed), kept(factor, right, images, seed), kept(factor, wrong, images, seed));
    }

    private static Map<String, Interval> kept(String factor, List<FactorScores.Source> sources, int images, long seed) {
        Map<String, Interval> kept = new LinkedHashMap<>();
        if (!sources.isEmpty()) {
            for (String candidate : sources.get(0).made().keySet()) {
                kept.put(
                        candidate,
                        FactorScores.share(FactorScores.kept(sources, candidate, List.of(factor)), images, seed));
            }
        }
        return kept;
    }
}
