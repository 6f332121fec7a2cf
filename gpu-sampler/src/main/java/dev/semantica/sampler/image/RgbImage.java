package dev.semantica.sampler.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * A picture in sRGB, 8 bits a channel.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb red, green, blue of each pixel, row by row; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is that of the pixels, below.
public record RgbImage(int width, int height, byte[] rgb) {

    /**
     * Checks that the array fits.
     *
     * @throws IllegalArgumentException if it does not
     */
    public RgbImage {
        Objects.requireNonNull(rgb, "rgb");
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "A picture of " + width + "x" + height + " needs 3*w*h bytes, but has " + rgb.length);
        }
    }

    /** A channel (0 red, 1 green, 2 blue) of a pixel, 0 to 255. */
    public int channel(int x, int y, int channel) {
        return rgb[3 * (y * width + x) + channel] & 0xFF;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage that
                && width == that.width
                && height == that.height
                && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return Objects.hash(width, height, Arrays.hashCode(rgb));
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
