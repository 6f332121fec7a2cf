package dev.semantica.evaluation.factor;

import dev.semantica.sampler.image.RgbImage;
import java.util.SplittableRandom;

/**
 * Some noise and, every other time, a little blur: generated pictures are never as clean as drawn ones, and a probe must not
 * read the difference as another factor.
 */
final class Softening {

    /** Most noise: standard deviation on the scale of 0 to 255. */
    private static final double MOST_NOISE = 10;

    private Softening() {}

    static RgbImage of(RgbImage picture, SplittableRandom random) {
        double noise = random.nextBoolean() ? 0 : MOST_NOISE * random.nextDouble();
        boolean blurred = random.nextBoolean();
        int width = picture.width();
        int height = picture.height();
        byte[] from = picture.rgb();
        byte[] to = new byte[from.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    int at = 3 * (y * width + x) + c;
                    double value = from[at] & 0xFF;
                    if (blurred) {
                        int neighbours = (from[x > 0 ? at - 3 : at] & 0xFF)
                                + (from[x < width - 1 ? at + 3 : at] & 0xFF)
                                + (from[y > 0 ? at - 3 * width : at] & 0xFF)
                                + (from[y < height - 1 ? at + 3 * width : at] & 0xFF);
                        value = (4 * value + neighbours) / 8;
                    }
                    if (noise > 0) {
                        // Uniform of that deviation: far cheaper than normal, and as good here.
                        value += noise * Math.sqrt(12) * (random.nextDouble() - 0.5);
                    }
                    to[at] = (byte) Math.max(0, Math.min(255, Math.round(value)));
                }
            }
        }
        return new RgbImage(width, height, to);
    }
}
