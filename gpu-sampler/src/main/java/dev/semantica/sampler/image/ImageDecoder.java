package dev.semantica.sampler.image;

import dev.semantica.sampler.image.ImageRejectedException.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes images that nobody vouches for: JPEG, PNG, WebP, GIF (first frame), BMP and TIFF (first page). EXIF
 * orientation is applied, alpha is composed on white. Safe for use by several threads.
 */
public final class ImageDecoder {

    private final ImageLimits limits;
    private final InstantSource clock;

    /** A decoder within limits; the clock measures decoding time. */
    public ImageDecoder(ImageLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        ImageIO.setUseCache(false);
    }

    /**
     * Decodes an image file.
     *
     * @throws ImageRejectedException if it is no image that we read, is damaged, or is over a limit
     */
    public RgbImage decode(byte[] bytes) throws ImageRejectedException {
        if (bytes.length == 0) {
            throw new ImageRejectedException(Reason.UNREADABLE, "The image is empty: 0 bytes");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE,
                    "The image has " + bytes.length + " bytes, at most " + limits.maxBytes() + " are allowed");
        }
        ImageFormat format = ImageFormat.of(bytes)
                .orElseThrow(() -> new ImageRejectedException(
                        Reason.UNREADABLE, "The bytes are no JPEG, PNG, WebP, GIF, BMP or TIFF image"));
        try {
            return Orientation.of(bytes).apply(Flattening.toRgb(read(format, bytes)));
        } catch (OutOfMemoryError e) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE, "The " + format + " image needs more memory than there is", e);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Codecs answer hostile bytes with all kinds of runtime exceptions.
            throw new ImageRejectedException(
                    Reason.UNREADABLE, "The " + format + " image is damaged or cut off: " + e, e);
        }
    }

    private BufferedImage read(ImageFormat format, byte[] bytes) throws IOException, ImageRejectedException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.imageIoName());
        if (!readers.hasNext()) {
            throw new IllegalStateException("No reader for " + format + " on the class path");
        }
        ImageReader reader = readers.next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width < 1 || height < 1 || (long) width * height > limits.maxPixels()) {
                throw new ImageRejectedException(
                        width < 1 || height < 1 ? Reason.UNREADABLE : Reason.TOO_LARGE,
                        "The " + format + " image says it has " + width + "x" + height + " pixels, at most "
                                + limits.maxPixels() + " in all are allowed");
            }
            Deadline deadline = new Deadline(clock.millis() + limits.maxTime().toMillis());
            reader.addIIOReadProgressListener(deadline);
            BufferedImage image = reader.read(0);
            if (deadline.passed) {
                throw new ImageRejectedException(
                        Reason.TOO_LARGE,
                        "Decoding the " + format + " image took longer than "
                                + limits.maxTime().toSeconds() + " s");
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    /** Aborts a reader that takes too long; readers report after every few rows. */
    private final class Deadline implements IIOReadProgressListener {
        private final long atMillis;
        private boolean passed;

        Deadline(long atMillis) {
            this.atMillis = atMillis;
        }

        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            if (clock.millis() > atMillis) {
                passed = true;
                source.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }
}
