package dev.semantica.sampler.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * How a stored picture must be turned to stand upright (EXIF 2.32, tag 0x0112).
 *
 * @param transposed whether rows and columns change places, after flipping
 * @param flippedX whether left and right change places
 * @param flippedY whether top and bottom change places
 */
record Orientation(boolean transposed, boolean flippedX, boolean flippedY) {

    private static final Orientation UPRIGHT = new Orientation(false, false, false);

    static Orientation of(byte[] bytes) {
        try {
            var metadata = ImageMetadataReader.readMetadata(new ByteArrayInputStream(bytes), bytes.length);
            ExifIFD0Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
            return exif == null || !exif.containsTag(ExifIFD0Directory.TAG_ORIENTATION)
                    ? UPRIGHT
                    : ofTag(exif.getInt(ExifIFD0Directory.TAG_ORIENTATION));
        } catch (ImageProcessingException | MetadataException | IOException | RuntimeException e) {
            // Metadata is an extra: a picture with damaged metadata is still a picture.
            return UPRIGHT;
        }
    }

    private static Orientation ofTag(int tag) {
        return switch (tag) {
            case 2 -> new Orientation(false, true, false);
            case 3 -> new Orientation(false, true, true);
            case 4 -> new Orientation(false, false, true);
            case 5 -> new Orientation(true, false, false);
            case 6 -> new Orientation(true, false, true);
            case 7 -> new Orientation(true, true, true);
            case 8 -> new Orientation(true, true, false);
            default -> UPRIGHT;
        };
    }

    RgbImage apply(RgbImage image) {
        if (equals(UPRIGHT)) {
            return image;
        }
        int width = transposed ? image.height() : image.width();
        int height = transposed ? image.width() : image.height();
        byte[] rgb = new byte[image.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX = transposed ? y : x;
                int fromY = transposed ? x : y;
                fromX = flippedX ? image.width() - 1 - fromX : fromX;
                fromY = flippedY ? image.height() - 1 - fromY : fromY;
                System.arraycopy(image.rgb(), 3 * (fromY * image.width() + fromX), rgb, 3 * (y * width + x), 3);
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
