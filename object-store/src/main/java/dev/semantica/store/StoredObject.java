package dev.semantica.store;

import java.net.URI;
import java.time.Instant;

/**
 * An object as its store describes it.
 *
 * @param uri where it is
 * @param size bytes
 * @param lastModified when it was last written, by the store's clock
 * @param version changes when the object is written with other bytes; otherwise meaningless
 */
public record StoredObject(URI uri, long size, Instant lastModified, String version) {}
