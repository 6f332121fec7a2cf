package dev.semantica.connectors.storage;

import java.io.IOException;

/** A file is longer than its reader takes. */
public final class FileTooLargeException extends IOException {

    FileTooLargeException(String name, long maxBytes) {
        super(name + " has more than " + maxBytes + " bytes");
    }
}
