package dev.semantica.evaluation.factor;

import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.util.SplittableRandom;

/** Brings pictures to the network. */
final class Inputs {

    /** Most noise that training adds to a channel: standard deviation on the scale of 0 to 255. */
    private static final float MOST_NOISE = 10;

    private Inputs() {}

    /** Its pixels at the network's size, row by row. */
    static byte[] pixels(RgbImage picture, int side) {
        return Resizing.cover(picture, side, side).rgb();
    }

    static void put(byte[] pixels, int side, Rows input, int place) {
        for (int c = 0; c < 3; c++) {
            float[] row = input.row(c);
            int at = place * side * side;
            for (int i = 0; i < side * side; i++) {
                row[at + i] = scaled(pixels[3 * i + c] & 0xFF);
            }
        }
    }

    /**
     * Puts a picture with some noise and, every other time, a little blurred: generated pictures are never as clean as drawn
     * ones, and a probe must not read the difference as another factor.
     */
    static void putSoftened(byte[] pixels, int side, Rows input, int place, SplittableRandom random) {
        float noise = random.nextInt(4) == 0 ? 0 : MOST_NOISE * (float) random.nextDouble();
        boolean blurred = random.nextBoolean();
        int at = place * side * side;
        for (int c = 0; c < 3; c++) {
            float[] row = input.row(c);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    float value = blurred ? blurred(pixels, side, x, y, c) : channel(pixels, side, x, y, c);
                    row[at + y * side + x] = scaled(value + noise * unit(random));
                }
            }
        }
    }

    /** Pixels flipped or not and pushed by up to an eighth, the border repeated: pages keep what they fix. */
    static byte[] moved(byte[] pixels, int side, SplittableRandom random) {
        boolean flipped = random.nextBoolean();
        int most = side / 8;
        int right = random.nextInt(2 * most + 1) - most;
        int down = random.nextInt(2 * most + 1) - most;
        byte[] moved = new byte[pixels.length];
        for (int y = 0; y < side; y++) {
            int fromY = Math.max(0, Math.min(side - 1, y - down));
            for (int x = 0; x < side; x++) {
                int fromX = Math.max(0, Math.min(side - 1, x - right));
                int from = fromY * side + (flipped ? side - 1 - fromX : fromX);
                System.arraycopy(pixels, 3 * from, moved, 3 * (y * side + x), 3);
            }
        }
        return moved;
    }

    /** Of mean 0 and variance 1, uniform: far cheaper than normal, and as good here. */
    private static float unit(SplittableRandom random) {
        return 3.4641016f * ((random.nextInt() >>> 8) * 0x1.0p-24f - 0.5f);
    }

    /** The mean with its four neighbours, itself counted four times. */
    private static float blurred(byte[] pixels, int side, int x, int y, int channel) {
        int neighbours = channel(pixels, side, Math.max(0, x - 1), y, channel)
                + channel(pixels, side, Math.min(side - 1, x + 1), y, channel)
                + channel(pixels, side, x, Math.max(0, y - 1), channel)
                + channel(pixels, side, x, Math.min(side - 1, y + 1), channel);
        return (4 * channel(pixels, side, x, y, channel) + neighbours) * 0.125f;
    }

    private static int channel(byte[] pixels, int side, int x, int y, int channel) {
        return pixels[3 * (y * side + x) + channel] & 0xFF;
    }

    private static float scaled(float value) {
        return (value - 128) / 64;
    }
}
