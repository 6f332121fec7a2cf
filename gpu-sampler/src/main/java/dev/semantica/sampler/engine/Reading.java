package dev.semantica.sampler.engine;

import dev.semantica.sampler.bundle.BundleManifest;
import java.util.Arrays;
import java.util.List;

/**
 * What a bundle's reader makes of a condition.
 *
 * @param chances by factor, in the manifest's order, the chance of each value; they sum to 1
 */
public record Reading(List<double[]> chances) {

    /** Turns logits into chances. */
    public static double[] chances(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] chances = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            chances[i] = Math.exp(logits[i] - largest);
            sum += chances[i];
        }
        for (int i = 0; i < chances.length; i++) {
            chances[i] /= sum;
        }
        return chances;
    }

    /**
     * How well a variation agrees with the source that this was read from: the chance that both are the same in every factor,
     * if factors err independently, as a share of the largest that this reading allows, ∏ (Σ p q) / max p, 0 to 1. So a source
     * that is hard to read asks no more of its variations than to be read alike.
     */
    double agreement(Reading variation) {
        double product = 1;
        for (int factor = 0; factor < chances.size(); factor++) {
            double[] own = chances.get(factor);
            double[] others = variation.chances.get(factor);
            double same = 0;
            for (int value = 0; value < own.length; value++) {
                same += own[value] * others[value];
            }
            product *= same / largest(own);
        }
        return product;
    }

    /** Whether it is as sure of every factor as the reader is of pictures that it knows how to read. */
    boolean isSure(List<BundleManifest.Factor> factors) {
        for (int factor = 0; factor < chances.size(); factor++) {
            if (largest(chances.get(factor)) < factors.get(factor).usualCertainty()) {
                return false;
            }
        }
        return true;
    }

    private static double largest(double[] chances) {
        return Arrays.stream(chances).max().orElseThrow();
    }
}
