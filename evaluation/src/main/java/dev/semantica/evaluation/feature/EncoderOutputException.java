package dev.semantica.evaluation.feature;

/** An encoder gave something else than it declared, or numbers that are none. */
public final class EncoderOutputException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    EncoderOutputException(String message) {
        super(message);
    }
}
