package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Real images that a bundle's autoencoder has drawn again.
 *
 * @param features of what was drawn
 * @param psnr peak signal-to-noise ratio in dB over all pixels at the bundle's size; the peak is 255; infinite without any
 *     difference
 */
record Redrawn(FeatureMatrix features, double psnr) {

    private static final int BATCH = 32;
    private static final double PEAK = 255;

    /**
     * Encodes images to latents without noise, and decodes them.
     *
     * @param images at least one
     */
    static Redrawn of(List<LabelledImage> images, BundleAutoencoder autoencoder, Features features)
            throws IOException, ImageRejectedException {
        List<RgbImage> pictures = new ArrayList<>();
        double squares = 0;
        for (int at = 0; at < images.size(); at += BATCH) {
            List<RgbImage> shown = new ArrayList<>();
            for (LabelledImage image : images.subList(at, Math.min(at + BATCH, images.size()))) {
                shown.add(autoencoder.prepare(features.decoded(image.content().read())));
            }
            List<RgbImage> drawn = autoencoder.redraw(shown);
            for (int i = 0; i < shown.size(); i++) {
                squares += meanSquare(shown.get(i), drawn.get(i));
                pictures.add(features.encoder().prepare(drawn.get(i)));
            }
        }
        return new Redrawn(features.ofPictures(pictures), 10 * Math.log10(PEAK * PEAK / (squares / images.size())));
    }

    private static double meanSquare(RgbImage one, RgbImage other) {
        long sum = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            int difference = (one.rgb()[i] & 0xFF) - (other.rgb()[i] & 0xFF);
            sum += (long) difference * difference;
        }
        return (double) sum / one.rgb().length;
    }
}
