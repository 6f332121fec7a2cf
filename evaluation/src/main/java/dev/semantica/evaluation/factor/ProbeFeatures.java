package dev.semantica.evaluation.factor;

import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What probes look at: an encoder's features, and a histogram of the colours, for encoders are taught to overlook these. For
 * one thread.
 */
final class ProbeFeatures {

    private static final int SIDE = 64;
    private static final int BATCH = 32;
    private static final long FOLDING_SEED = 1;

    private final FeatureEncoder encoder;
    private final ProbePlan plan;

    ProbeFeatures(FeatureEncoder encoder, ProbePlan plan) {
        this.encoder = encoder;
        this.plan = plan;
    }

    /** How many of the features are colours; they stand at the end. */
    int colours() {
        return plan.bins() * plan.bins() * plan.bins();
    }

    List<float[]> of(List<RgbImage> pictures) {
        List<float[]> features = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<RgbImage> batch = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            List<double[]> encoded =
                    encoder.encode(batch.stream().map(encoder::prepare).toList());
            for (int i = 0; i < batch.size(); i++) {
                features.add(joined(folded(encoded.get(i)), batch.get(i)));
            }
        }
        return features;
    }

    /** Feature hashing (Weinberger et al. 2009): every feature is added to one place or taken from it, by lot. */
    private double[] folded(double[] features) {
        if (features.length <= plan.most()) {
            return features;
        }
        SplittableRandom random = new SplittableRandom(FOLDING_SEED);
        double[] folded = new double[plan.most()];
        for (double feature : features) {
            folded[random.nextInt(folded.length)] += random.nextBoolean() ? feature : -feature;
        }
        return folded;
    }

    /** The root of every share: Euclidean distances between these are Hellinger's between histograms. */
    private float[] joined(double[] encoded, RgbImage picture) {
        int bins = plan.bins();
        float[] joined = new float[encoded.length + colours()];
        for (int i = 0; i < encoded.length; i++) {
            joined[i] = (float) encoded[i];
        }
        if (bins == 0) {
            return joined;
        }
        byte[] rgb = Resizing.cover(picture, SIDE, SIDE).rgb();
        int[] counts = new int[colours()];
        for (int i = 0; i < rgb.length; i += 3) {
            int red = ((rgb[i] & 0xFF) * bins) >> 8;
            int green = ((rgb[i + 1] & 0xFF) * bins) >> 8;
            int blue = ((rgb[i + 2] & 0xFF) * bins) >> 8;
            counts[(red * bins + green) * bins + blue]++;
        }
        for (int i = 0; i < counts.length; i++) {
            joined[encoded.length + i] = (float) Math.sqrt(counts[i] / (double) (SIDE * SIDE));
        }
        return joined;
    }
}
