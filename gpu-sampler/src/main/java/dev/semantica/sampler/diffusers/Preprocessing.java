package dev.semantica.sampler.diffusers;

import java.util.List;

/**
 * What a preprocessor_config.json says: how a picture becomes what an image encoder reads. A channel's tensor value is
 * (byte / 255 − mean) / std.
 *
 * @param width of what the encoder reads, in pixels
 * @param height of what the encoder reads, in pixels
 * @param shortestEdge length that the shorter side is brought to before the middle is cut out; 0: the picture is brought
 *     to width and height, whatever its shape
 * @param filter how pictures are scaled
 * @param mean per channel, RGB
 * @param std per channel, RGB
 */
public record Preprocessing(
        int width, int height, int shortestEdge, Filter filter, List<Double> mean, List<Double> std) {

    /** The filters that pictures are scaled with, as Pillow has them. */
    public enum Filter {
        /** A triangle. */
        BILINEAR,
        /** Keys 1981 with a = −0.5. */
        BICUBIC,
        /** A windowed sinc of radius 3. */
        LANCZOS
    }

    /** Copies the lists. */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }
}
