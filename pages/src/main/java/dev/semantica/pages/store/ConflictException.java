package dev.semantica.pages.store;

import java.io.IOException;

/** A folder holds something else than what should be written into it; nothing was changed. */
public final class ConflictException extends IOException {

    private static final long serialVersionUID = 1L;

    ConflictException(String message) {
        super(message);
    }
}
