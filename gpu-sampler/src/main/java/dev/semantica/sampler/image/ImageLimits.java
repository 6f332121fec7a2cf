package dev.semantica.sampler.image;

import java.time.Duration;
import java.util.Objects;

/**
 * What a picture may cost. Bytes and pixels are compared with the file's own header before any pixel is
 * allocated.
 *
 * @param maxBytes largest encoded size in bytes
 * @param maxPixels largest width times height, of the whole canvas and of each frame or tile; also the most pixels that
 *     one decoder has in work at once, over all threads
 * @param maxTime longest time that one decode may take, from the moment that its pixels may be allocated
 */
public record ImageLimits(int maxBytes, int maxPixels, Duration maxTime) {

    /** 32 MiB, 40 megapixels, 20 seconds. */
    public static final ImageLimits DEFAULT = new ImageLimits(32 << 20, 40_000_000, Duration.ofSeconds(20));

    public ImageLimits {
        Objects.requireNonNull(maxTime, "maxTime");
        if (maxBytes < 1 || maxPixels < 1 || maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("every image limit must be above zero, found maxBytes " + maxBytes
                    + ", maxPixels " + maxPixels + ", maxTime " + maxTime);
        }
    }

    /** Refuses a size that a header claims, before anything is allocated for it. */
    void check(String what, long width, long height) throws ImageRejectedException {
        if (width < 1 || height < 1) {
            throw new ImageRejectedException(
                    ImageRejectedException.Reason.UNREADABLE, what + " claims no pixels: " + width + "x" + height);
        }
        if (width > maxPixels || height > maxPixels || width * height > maxPixels) {
            throw new ImageRejectedException(
                    ImageRejectedException.Reason.TOO_LARGE,
                    what + " claims " + width + "x" + height + " = " + width * height + " pixels; the limit is "
                            + maxPixels + "; scale the picture down or raise the limit");
        }
    }
}
