package dev.semantica.evaluation.factor;

import java.io.IOException;

/** A file of probes that cannot be used: says which, why, and what to do. */
public final class ProbeFileException extends IOException {

    private static final long serialVersionUID = 1L;

    ProbeFileException(String message) {
        super(message);
    }

    ProbeFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
