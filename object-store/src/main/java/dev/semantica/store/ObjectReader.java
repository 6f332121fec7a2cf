package dev.semantica.store;

import java.net.URI;

/** Reads objects by their URIs. Safe for use by several threads. */
@FunctionalInterface
public interface ObjectReader {

    /**
     * Reads a whole object.
     *
     * @param maxBytes most bytes that are read; a larger object is refused, from its announced size where it has one
     * @param sha256 64 lower-case hexadecimal digits that the object must have as its SHA-256; null: any
     * @throws ObjectStoreException if it is not there, not allowed, too large, not what was promised, or out of reach
     */
    byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException;
}
