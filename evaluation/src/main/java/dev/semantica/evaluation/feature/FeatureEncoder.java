package dev.semantica.evaluation.feature;

import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A bundle's encoder as a feature extractor: its pooled tensor, the one that the manifest names for similarity, or the
 * mean over the tokens of the first tensor where there is none.
 */
public final class FeatureEncoder {

    private final LoadedBundle bundle;
    private final int tensor;

    /** Uses a bundle that stays the caller's to close. */
    public FeatureEncoder(LoadedBundle bundle) {
        this.bundle = bundle;
        BundleManifest manifest = bundle.bundle().manifest();
        this.tensor = manifest.condition().stream()
                .map(BundleManifest.Tensor::name)
                .toList()
                .indexOf(manifest.similarity());
    }

    /** SHA-256 of the encoder's graph: what features may be kept under. */
    public String digest() {
        return bundle.bundle().manifest().graphs().get("encoder").sha256();
    }

    /** The pictures' width in pixels. */
    public int width() {
        return bundle.bundle().manifest().image().width();
    }

    /** The pictures' height in pixels. */
    public int height() {
        return bundle.bundle().manifest().image().height();
    }

    /** Feature vectors of pictures of the encoder's size. */
    public List<double[]> encode(List<RgbImage> pictures) {
        List<double[]> features = new ArrayList<>();
        for (Condition condition : bundle.encode(pictures)) {
            features.add(tensor >= 0 ? widened(condition.tensors().get(tensor)) : tokenMean(condition));
        }
        return features;
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private double[] tokenMean(Condition condition) {
        List<Integer> shape = bundle.bundle().manifest().condition().get(0).shape();
        int width = shape.get(shape.size() - 1);
        float[] tokens = condition.tensors().get(0);
        int count = tokens.length / width;
        double[] mean = new double[width];
        for (int i = 0; i < tokens.length; i++) {
            mean[i % width] += tokens[i] / (double) count;
        }
        return mean;
    }
}
