package dev.semantica.evaluation.factor;

import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well a head is read.
 *
 * @param score accuracy, or R²
 * @param skill R², or 1 − error / error of always naming the most frequent category
 */
record Scoring(double score, double skill) {

    /**
     * Scores predictions.
     *
     * @param at where the head's rows of the parameters start
     * @param samples at least one
     */
    static Scoring of(Head head, int at, float[][] parameters, List<Sample> samples) {
        float[][] own = Arrays.copyOfRange(parameters, at, at + head.width());
        return head.isCategory() ? accuracy(head, own, samples) : fit(head, own, samples);
    }

    private static Scoring accuracy(Head head, float[][] parameters, List<Sample> samples) {
        Map<String, Integer> counts = new TreeMap<>();
        int right = 0;
        for (Sample sample : samples) {
            String truth = Head.name(sample.truth(head));
            counts.merge(truth, 1, Integer::sum);
            Category found = (Category) head.value(ProbeWeights.outputs(parameters, sample.features()), 0);
            right += found.name().equals(truth) ? 1 : 0;
        }
        int n = samples.size();
        int frequent =
                counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        double skill = frequent == n ? 0 : 1 - (n - right) / (double) (n - frequent);
        return new Scoring(right / (double) n, skill);
    }

    private static Scoring fit(Head head, float[][] parameters, List<Sample> samples) {
        double mean = samples.stream()
                .mapToDouble(sample -> ((Quantity) sample.truth(head)).value())
                .average()
                .orElseThrow();
        double error = 0;
        double spread = 0;
        for (Sample sample : samples) {
            double truth = ((Quantity) sample.truth(head)).value();
            Quantity found = (Quantity) head.value(ProbeWeights.outputs(parameters, sample.features()), 0);
            error += (found.value() - truth) * (found.value() - truth);
            spread += (truth - mean) * (truth - mean);
        }
        double fit = spread == 0 ? 0 : 1 - error / spread;
        return new Scoring(fit, fit);
    }
}
