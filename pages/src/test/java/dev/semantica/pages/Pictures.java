package dev.semantica.pages;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Reads figures off pictures. */
final class Pictures {

    private Pictures() {}

    static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    static int digest(BufferedImage image) {
        return Arrays.hashCode(pixels(image));
    }

    /** Mean absolute difference of the channels, 0 to 255. */
    static double difference(BufferedImage a, BufferedImage b) {
        int[] left = pixels(a);
        int[] right = pixels(b);
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            for (int shift = 0; shift <= 16; shift += 8) {
                sum += Math.abs((left[i] >> shift & 0xff) - (right[i] >> shift & 0xff));
            }
        }
        return sum / left.length / 3;
    }
}
