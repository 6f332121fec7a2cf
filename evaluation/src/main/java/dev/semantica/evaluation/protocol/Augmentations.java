package dev.semantica.evaluation.protocol;

import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.util.SplittableRandom;

/** Classical augmentation, as a baseline: flip, crop of 70 to 100 % of the sides, brightness and colour by up to 20 %. */
public final class Augmentations {

    private Augmentations() {}

    /** An augmented copy of the same size. */
    public static RgbImage of(RgbImage image, SplittableRandom random) {
        boolean flipped = random.nextBoolean();
        double share = 0.7 + 0.3 * random.nextDouble();
        int width = Math.max(1, (int) Math.round(share * image.width()));
        int height = Math.max(1, (int) Math.round(share * image.height()));
        int left = random.nextInt(image.width() - width + 1);
        int top = random.nextInt(image.height() - height + 1);
        double[] gain = new double[3];
        double light = 0.8 + 0.4 * random.nextDouble();
        for (int c = 0; c < 3; c++) {
            gain[c] = light * (0.8 + 0.4 * random.nextDouble());
        }
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX = flipped ? left + width - 1 - x : left + x;
                for (int c = 0; c < 3; c++) {
                    double value = gain[c] * image.channel(fromX, top + y, c);
                    rgb[3 * (y * width + x) + c] = (byte) Math.min(255, Math.round(value));
                }
            }
        }
        return Resizing.cover(new RgbImage(width, height, rgb), image.width(), image.height());
    }
}
