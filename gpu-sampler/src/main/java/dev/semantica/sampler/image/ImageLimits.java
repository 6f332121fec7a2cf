package dev.semantica.sampler.image;

import java.time.Duration;

/**
 * What an image may cost. All but the time is checked from the header, before any pixel is allocated.
 *
 * @param maxBytes largest file
 * @param maxPixels most pixels, width × height
 * @param maxTime longest decoding
 */
public record ImageLimits(long maxBytes, long maxPixels, Duration maxTime) {

    /** 32 MiB, 40 megapixels, 20 seconds. */
    public static final ImageLimits DEFAULT = new ImageLimits(32L << 20, 40_000_000, Duration.ofSeconds(20));

    /**
     * Checks that all limits are positive.
     *
     * @throws IllegalArgumentException if one is not
     */
    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1 || maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("Image limits must be positive, but are " + maxBytes + " bytes, "
                    + maxPixels + " pixels, " + maxTime);
        }
    }
}
