package dev.semantica.connectors.storage;

import dev.semantica.store.ObjectContent;
import dev.semantica.store.ObjectPage;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStoreException;
import dev.semantica.store.ObjectStoreException.Reason;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.ObjectUris;
import dev.semantica.store.StoreConfig;
import dev.semantica.store.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The files under one location: a folder, or a prefix in an S3 bucket. */
public final class Storage implements AutoCloseable {

    private final URI root;
    private final ObjectStore store;

    private Storage(URI root, ObjectStore store) {
        this.root = root;
        this.store = store;
    }

    /**
     * Opens a location. Whether it exists shows when it is used.
     *
     * @param location a path, a {@code file:} URI, or {@code s3://BUCKET/PREFIX}
     * @param settings how S3 is reached, see {@link StoreConfig}
     * @throws IllegalArgumentException if it is none of these, saying what was found
     */
    public static Storage open(String location, Map<String, String> settings) {
        return new Storage(root(location), ObjectStores.open(StoreConfig.from(settings)));
    }

    /** The folder's URI, with a slash at its end, so that one place has one name. */
    private static URI root(String location) {
        if (location.startsWith("/") || !location.contains(":")) {
            return folder(Path.of(location).toAbsolutePath().normalize());
        }
        URI uri;
        try {
            uri = URI.create(location);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Location '" + location + "' is no URI: " + e.getMessage(), e);
        }
        if ("file".equals(uri.getScheme()) && uri.getPath() != null) {
            return folder(Path.of(uri.getPath()).normalize());
        }
        if ("s3".equals(uri.getScheme()) && uri.getAuthority() != null) {
            String path = uri.getRawPath().endsWith("/") ? uri.getRawPath() : uri.getRawPath() + "/";
            return URI.create("s3://" + uri.getAuthority() + path);
        }
        throw new IllegalArgumentException(
                "Location '" + location + "' is neither a path, nor file:///PATH, nor s3://BUCKET/PREFIX");
    }

    private static URI folder(Path path) {
        return URI.create(
                ObjectUris.child(URI.create("file:///"), path.toString().substring(1)) + "/");
    }

    private boolean isFolder() {
        return "file".equals(root.getScheme());
    }

    /** The location; two storages over the same place have equal locations. */
    public String location() {
        return root.toString();
    }

    /** Why nothing can be read here; empty if something can. */
    public Optional<String> check() {
        if (isFolder()) {
            Path folder = Path.of(root.getPath());
            return Files.isDirectory(folder) && Files.isReadable(folder)
                    ? Optional.empty()
                    : Optional.of(folder + " is no folder that this worker can read; make it, or mount it on every"
                            + " worker");
        }
        try {
            store.list(root, null, 1);
            return Optional.empty();
        } catch (ObjectStoreException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Shows every file below a folder, in no particular order; none if there is no such folder. Files and folders in it
     * whose names begin with a dot are left out.
     *
     * @param folder name of a folder, with a slash at its end, or empty for the whole tree
     * @throws IOException if the location cannot be listed
     */
    public void list(String folder, Consumer<StoredFile> files) throws IOException {
        if (isFolder()) {
            FolderWalk.walk(Path.of(root.getPath()), folder, files);
            return;
        }
        URI prefix = URI.create(root + folder);
        URI after = null;
        ObjectPage page;
        do {
            page = store.list(prefix, after, ObjectStore.MAX_PAGE);
            List<StoredObject> objects = page.objects();
            for (StoredObject object : objects) {
                String below = object.uri().getPath().substring(prefix.getPath().length());
                if (!below.endsWith("/") && Arrays.stream(below.split("/")).noneMatch(part -> part.startsWith("."))) {
                    files.accept(new StoredFile(folder + below, object.size(), object.version()));
                }
            }
            after = objects.isEmpty() ? null : objects.get(objects.size() - 1).uri();
        } while (page.more());
    }

    /**
     * Reads a whole file.
     *
     * @param maxBytes what is longer is not read
     * @return its bytes; empty if there is no such file
     * @throws IllegalArgumentException if a file of this name cannot be addressed: it has a control character
     * @throws ObjectStoreException if it is longer, or cannot be read; {@link ObjectStoreException#retryable()} says
     *     whether later tries may succeed
     */
    public Optional<byte[]> read(String name, int maxBytes) throws ObjectStoreException {
        try {
            return Optional.of(store.get(uri(name), maxBytes, null));
        } catch (ObjectStoreException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Reads a file of any place.
     *
     * @param sha256 digest that it must have, 64 lower-case hexadecimal digits
     * @throws ObjectStoreException if it is not there, too large, another one, or out of reach
     */
    public byte[] fetch(URI uri, int maxBytes, String sha256) throws ObjectStoreException {
        return store.get(uri, maxBytes, sha256);
    }

    /**
     * Writes a file so that it is seen whole or not at all, and lasts when this returns. Replaces a file of that name.
     *
     * @throws IOException if it cannot be written; an earlier file of that name is then left as it was
     */
    public void write(String name, Path content) throws IOException {
        store.put(uri(name), ObjectContent.of(content, null));
    }

    /** The address of a file, for readers elsewhere. */
    public URI uri(String name) {
        return ObjectUris.child(root, name);
    }

    /** Whether a file can be seen while it is being written. */
    public boolean showsUnfinishedFiles() {
        return isFolder();
    }

    @Override
    public void close() {
        store.close();
    }
}
