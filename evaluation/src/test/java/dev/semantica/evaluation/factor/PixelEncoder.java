package dev.semantica.evaluation.factor;

import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.util.List;

/** Pixels of small pictures as features. */
record PixelEncoder(int side) implements FeatureEncoder {

    @Override
    public String name() {
        return "pixels";
    }

    @Override
    public String digest() {
        return "pixels-" + side;
    }

    @Override
    public int width() {
        return 32;
    }

    @Override
    public int height() {
        return 32;
    }

    @Override
    public List<double[]> encode(List<RgbImage> pictures) {
        return pictures.stream().map(this::features).toList();
    }

    private double[] features(RgbImage picture) {
        byte[] rgb = Resizing.cover(picture, side, side).rgb();
        double[] features = new double[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            features[i] = (rgb[i] & 0xFF) / 255.0;
        }
        return features;
    }

    @Override
    public void close() {}
}
