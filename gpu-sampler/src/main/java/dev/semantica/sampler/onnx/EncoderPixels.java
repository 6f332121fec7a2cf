package dev.semantica.sampler.onnx;

import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.image.PixelTensors;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.util.List;

/** How a picture becomes what the encoder reads: its size, its cut and its normalisation may be the encoder's own. */
final class EncoderPixels {

    private final int width;
    private final int height;
    private final int coverWidth;
    private final int coverHeight;
    private final double[] scale = new double[3];
    private final double[] offset = new double[3];

    private EncoderPixels(int width, int height, int coverWidth, int coverHeight, List<Double> mean, List<Double> std) {
        this.width = width;
        this.height = height;
        this.coverWidth = coverWidth;
        this.coverHeight = coverHeight;
        for (int c = 0; c < 3; c++) {
            scale[c] = 1 / (255 * std.get(c));
            offset[c] = -mean.get(c) / std.get(c);
        }
    }

    static EncoderPixels of(BundleManifest manifest) {
        BundleManifest.Image image = manifest.image();
        BundleManifest.EncoderImage own = manifest.encoderImage();
        if (own == null) {
            return new EncoderPixels(
                    image.width(), image.height(), image.width(), image.height(), image.mean(), image.std());
        }
        // The middle of a picture with that shorter side is the middle of its middle square of that side.
        return own.shortestSide() == null
                ? new EncoderPixels(own.width(), own.height(), own.width(), own.height(), own.mean(), own.std())
                : new EncoderPixels(
                        own.width(), own.height(), own.shortestSide(), own.shortestSide(), own.mean(), own.std());
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Writes [3, height, width]. */
    void write(RgbImage image, float[] target) {
        PixelTensors.write(middle(Resizing.cover(image, coverWidth, coverHeight)), scale, offset, target, 0);
    }

    private RgbImage middle(RgbImage image) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
        int left = (image.width() - width) / 2;
        int top = (image.height() - height) / 2;
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(image.rgb(), 3 * ((top + y) * image.width() + left), rgb, 3 * y * width, 3 * width);
        }
        return new RgbImage(width, height, rgb);
    }
}
