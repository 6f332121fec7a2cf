package dev.semantica.streams;

/** A readable record that means nothing here. It goes to the dead letters with this message. */
final class UnprocessableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnprocessableRecordException(String message) {
        super(message);
    }
}
