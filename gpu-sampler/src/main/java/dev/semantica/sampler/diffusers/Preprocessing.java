package dev.semantica.sampler.diffusers;

import dev.semantica.sampler.image.Resampling;
import dev.semantica.sampler.image.RgbImage;
import java.util.List;

/**
 * What a preprocessor_config.json says: how a picture becomes what an image encoder reads. A channel's tensor value is
 * (byte / 255 − mean) / std.
 *
 * @param width of what the encoder reads, in pixels
 * @param height of what the encoder reads, in pixels
 * @param shortestEdge length that the shorter side is brought to before the middle is cut out; 0: the picture is brought
 *     to width and height, whatever its shape
 * @param resampling how pictures are scaled
 * @param mean per channel, RGB
 * @param std per channel, RGB
 */
public record Preprocessing(
        int width, int height, int shortestEdge, Resampling resampling, List<Double> mean, List<Double> std) {

    /** Copies the lists. */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** The picture in the size that the encoder reads. */
    public RgbImage prepare(RgbImage picture) {
        if (shortestEdge == 0) {
            return resampling.resize(picture, width, height);
        }
        int shorter = Math.min(picture.width(), picture.height());
        int longer = Math.max(picture.width(), picture.height());
        int longEdge = (int) ((long) shortestEdge * longer / shorter);
        RgbImage resized = picture.width() <= picture.height()
                ? resampling.resize(picture, shortestEdge, longEdge)
                : resampling.resize(picture, longEdge, shortestEdge);
        return middle(resized);
    }

    private RgbImage middle(RgbImage image) {
        int left = (image.width() - width) / 2;
        int top = (image.height() - height) / 2;
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(image.rgb(), 3 * ((top + y) * image.width() + left), rgb, 3 * y * width, 3 * width);
        }
        return new RgbImage(width, height, rgb);
    }
}
