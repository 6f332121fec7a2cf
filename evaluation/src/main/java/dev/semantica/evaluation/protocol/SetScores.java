package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.FrechetDistance;
import dev.semantica.evaluation.metric.KernelDistance;
import dev.semantica.evaluation.metric.Neighbourhoods;
import dev.semantica.evaluation.metric.TooFewImagesException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** All set metrics of a candidate against a reference, by name. */
final class SetScores {

    private static final int SUBSET = 100;
    private static final int SUBSETS = 100;

    private SetScores() {}

    /**
     * Scores a candidate. A metric that too few images allow is left out, and why is noted.
     *
     * @param missing receives the reason under the metric's name
     */
    static Map<String, Double> of(
            FeatureMatrix reference, FeatureMatrix candidate, long seed, Map<String, String> missing) {
        Map<String, Double> scores = new LinkedHashMap<>();
        put(scores, missing, "frechet_distance", () -> FrechetDistance.between(reference, candidate));
        int subset = Math.min(SUBSET, Math.min(reference.rows(), candidate.rows()));
        put(scores, missing, "kernel_distance", () -> KernelDistance.overSubsets(
                        reference, candidate, subset, SUBSETS, seed)
                .mean());
        for (int k : new int[] {3, 5}) {
            try {
                Neighbourhoods found = Neighbourhoods.of(reference, candidate, k);
                scores.put("precision_" + k, found.precision());
                scores.put("recall_" + k, found.recall());
                scores.put("density_" + k, found.density());
                scores.put("coverage_" + k, found.coverage());
            } catch (TooFewImagesException e) {
                missing.put("precision, recall, density, coverage, k = " + k, e.getMessage());
            }
        }
        return scores;
    }

    private static void put(
            Map<String, Double> scores, Map<String, String> missing, String name, DoubleSupplier metric) {
        try {
            scores.put(name, metric.getAsDouble());
        } catch (TooFewImagesException e) {
            missing.put(name, e.getMessage());
        }
    }
}
