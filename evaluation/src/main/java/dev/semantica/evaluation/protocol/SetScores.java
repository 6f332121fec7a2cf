package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.FrechetDistance;
import dev.semantica.evaluation.metric.KernelDistance;
import dev.semantica.evaluation.metric.Neighbourhoods;
import dev.semantica.evaluation.metric.TooFewImagesException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All set metrics of a candidate against a reference.
 *
 * @param values by name; what too few images allow is left out
 * @param kernelError standard error of the kernel distance over subsets; null where sets are no larger than a subset
 */
record SetScores(Map<String, Double> values, Double kernelError) {

    private static final int SUBSET = 100;
    private static final int SUBSETS = 100;

    /**
     * Scores a candidate. A metric that too few images allow is left out, and why is noted.
     *
     * @param missing receives the reason under the metric's name
     */
    static SetScores of(FeatureMatrix reference, FeatureMatrix candidate, long seed, Map<String, String> missing) {
        Map<String, Double> values = new LinkedHashMap<>();
        try {
            values.put("frechet_distance", FrechetDistance.between(reference, candidate));
        } catch (TooFewImagesException e) {
            missing.put("frechet_distance", e.getMessage());
        }
        Double kernelError = null;
        try {
            int smaller = Math.min(reference.rows(), candidate.rows());
            if (smaller > SUBSET) {
                KernelDistance.Estimate kernel =
                        KernelDistance.overSubsets(reference, candidate, SUBSET, SUBSETS, seed);
                values.put("kernel_distance", kernel.mean());
                kernelError = kernel.standardError();
            } else {
                values.put("kernel_distance", KernelDistance.between(reference, candidate));
                // Subsets that are the whole set would all agree, and show an error of 0.
                missing.put(
                        "kernel_distance, standard error over subsets",
                        "Subsets of " + SUBSET + " images need more than that in each set, found " + smaller);
            }
        } catch (TooFewImagesException e) {
            missing.put("kernel_distance", e.getMessage());
        }
        for (int k : new int[] {3, 5}) {
            try {
                Neighbourhoods found = Neighbourhoods.of(reference, candidate, k);
                values.put("precision_" + k, found.precision());
                values.put("recall_" + k, found.recall());
                values.put("density_" + k, found.density());
                values.put("coverage_" + k, found.coverage());
            } catch (TooFewImagesException e) {
                missing.put("precision, recall, density, coverage, k = " + k, e.getMessage());
            }
        }
        return new SetScores(values, kernelError);
    }
}
