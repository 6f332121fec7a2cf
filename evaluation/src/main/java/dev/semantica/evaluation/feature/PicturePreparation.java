package dev.semantica.evaluation.feature;

import dev.semantica.sampler.diffusers.Preprocessing;
import dev.semantica.sampler.image.Resampling;
import dev.semantica.sampler.image.RgbImage;

/** Brings pictures to the size that an exported encoder reads, as its preprocessing says. */
final class PicturePreparation {

    private PicturePreparation() {}

    static RgbImage prepare(RgbImage picture, Preprocessing preprocessing) {
        Resampling resampling =
                switch (preprocessing.filter()) {
                    case BILINEAR -> Resampling.BILINEAR;
                    case BICUBIC -> Resampling.BICUBIC;
                    case LANCZOS -> Resampling.LANCZOS;
                };
        int edge = preprocessing.shortestEdge();
        if (edge == 0) {
            return resampling.resize(picture, preprocessing.width(), preprocessing.height());
        }
        int shorter = Math.min(picture.width(), picture.height());
        int longer = Math.max(picture.width(), picture.height());
        int longEdge = (int) ((long) edge * longer / shorter);
        RgbImage resized = picture.width() <= picture.height()
                ? resampling.resize(picture, edge, longEdge)
                : resampling.resize(picture, longEdge, edge);
        return middle(resized, preprocessing.width(), preprocessing.height());
    }

    private static RgbImage middle(RgbImage image, int width, int height) {
        int left = (image.width() - width) / 2;
        int top = (image.height() - height) / 2;
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(image.rgb(), 3 * ((top + y) * image.width() + left), rgb, 3 * y * width, 3 * width);
        }
        return new RgbImage(width, height, rgb);
    }
}
