package dev.semantica.evaluation.feature;

import java.io.IOException;

/** An image of a set cannot be decoded. */
public final class UnreadableImageException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int place;

    UnreadableImageException(int place, Exception cause) {
        super("Image " + place + " of the set cannot be read: " + cause.getMessage(), cause);
        this.place = place;
    }

    /** Its place in the set, from 0. */
    public int place() {
        return place;
    }
}
