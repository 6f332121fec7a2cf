package dev.semantica.training.export;

import java.io.IOException;

/** A bundle could not be exported; nothing of it was left in the place where it should lie. */
public final class ExportException extends IOException {

    private static final long serialVersionUID = 1L;

    ExportException(String message) {
        super(message);
    }

    ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
