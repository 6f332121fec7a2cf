package dev.semantica.connectors.storage;

import java.net.URI;
import java.nio.file.Path;

/** Opens storages by their locations. */
public final class Storages {

    private Storages() {}

    /**
     * Opens a location. Whether it exists shows when it is used.
     *
     * @param location a path, or a URI of scheme {@code file}
     * @throws IllegalArgumentException if it is neither, saying what may be written instead
     */
    public static Storage open(String location) {
        int colon = location.indexOf(':');
        if (colon < 0 || location.startsWith("/")) {
            return new FolderStorage(Path.of(location));
        }
        if (location.startsWith("file:")) {
            return new FolderStorage(Path.of(URI.create(location)));
        }
        throw new IllegalArgumentException("Location '" + location + "' is neither a path nor a file: URI");
    }
}
