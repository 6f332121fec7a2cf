package dev.semantica.sampler.image;

import java.awt.image.BufferedImage;
import java.io.IOException;

/**
 * A picture whose container was walked and held against the limits, with nothing allocated for its pixels yet.
 *
 * @param format the container's format
 * @param width width in pixels of the canvas, before orientation
 * @param height height in pixels of the canvas, before orientation
 * @param frame where on the canvas the coded picture lies
 * @param codec makes the coded picture's samples
 * @param colours how the samples are to be read
 * @param orientation EXIF orientation, 1 to 8
 */
record VettedImage(
        ImageFormat format, int width, int height, Frame frame, Codec codec, Colours colours, int orientation) {

    /** Pixels in work: those of the canvas, or of a frame that is larger. */
    int pixels() {
        return Math.max(width * height, frame.width() * frame.height());
    }

    /** A rectangle of the canvas, in pixels. */
    record Frame(int x, int y, int width, int height) {

        static Frame whole(int width, int height) {
            return new Frame(0, 0, width, height);
        }
    }

    /** Allocates and fills the coded picture. */
    @FunctionalInterface
    interface Codec {
        BufferedImage decode(Deadline deadline) throws IOException, ImageRejectedException;
    }

    /** How samples become colours. */
    static final class Colours {

        static final byte[] NO_PROFILE = {};
        static final int[] NO_KEY = {};

        private final byte[] profile;
        private final int[] transparent;
        private final Inks inks;

        /**
         * @param profile the embedded ICC profile; empty when there is none
         * @param transparent the sample values of the one transparent colour (PNG tRNS); empty when there is none
         * @param inks how the four bands of a CMYK picture are stored
         */
        Colours(byte[] profile, int[] transparent, Inks inks) {
            this.profile = profile;
            this.transparent = transparent;
            this.inks = inks;
        }

        static Colours plain(byte[] profile) {
            return new Colours(profile, NO_KEY, Inks.NONE);
        }

        byte[] profile() {
            return profile;
        }

        int[] transparent() {
            return transparent;
        }

        Inks inks() {
            return inks;
        }
    }

    /** How four-band samples are stored. Adobe's JPEGs hold them inverted: 255 is no ink. */
    enum Inks {
        /** Four bands are colours with alpha. */
        NONE,
        CMYK,
        INVERTED_CMYK,
        YCCK,
        INVERTED_YCCK
    }
}
