package dev.semantica.sampler.source;

import dev.semantica.schemas.FailureReason;

/** A source image could not be had. */
public final class SourceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    SourceException(FailureReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public FailureReason reason() {
        return reason;
    }
}
