package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;

/** Objects as files. One that is being written has a hidden name of its own until it is whole and on the disk. */
final class FileObjectStore implements ObjectStore {

    private static final String UNFINISHED = ".unfinished";

    @Override
    public byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException {
        Path file = path(uri);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new ObjectStoreException(Reason.NOT_FOUND, uri + " is no regular file");
            }
            BoundedRead.checkSize(uri, attributes.size(), maxBytes);
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = BoundedRead.read(uri, in, maxBytes);
            }
            BoundedRead.checkDigest(uri, bytes, sha256);
            return bytes;
        } catch (IOException e) {
            throw explain(e, uri);
        }
    }

    @Override
    public void put(URI uri, ObjectContent content) throws ObjectStoreException {
        Path file = path(uri);
        if (Files.isDirectory(file)) {
            throw new ObjectStoreException(Reason.INVALID, uri + " is a folder; an object needs a name of its own");
        }
        Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + UNFINISHED);
        try {
            createFolders(file.getParent());
            write(uri, content, unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            flush(file.getParent());
        } catch (IOException e) {
            remove(unfinished, e);
            throw explain(e, uri);
        }
    }

    private static void write(URI uri, ObjectContent content, Path unfinished) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                InputStream in = content.open(uri)) {
            in.transferTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    /** A folder that was just created is only as durable as the entry in the one above. */
    private static void createFolders(Path folder) throws IOException {
        if (folder.getParent() == null || Files.isDirectory(folder)) {
            return;
        }
        createFolders(folder.getParent());
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        flush(folder.getParent());
    }

    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void remove(Path unfinished, IOException reason) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public Optional<StoredObject> head(URI uri) throws ObjectStoreException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path(uri), BasicFileAttributes.class);
            return attributes.isRegularFile() ? Optional.of(describe(uri, attributes)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            ObjectStoreException explained = explain(e, uri);
            if (explained.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw explained;
        }
    }

    @Override
    public ObjectPage list(URI prefix, URI after, int limit) throws ObjectStoreException {
        String start = prefixPath(prefix);
        try {
            return FileListing.page(start, after == null ? "" : after.getPath(), limit);
        } catch (IOException e) {
            throw explain(e, prefix);
        }
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        Path file = path(uri);
        try {
            if (Files.isRegularFile(file)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw explain(e, uri);
        }
    }

    @Override
    public void close() {
        // Holds nothing open.
    }

    static boolean isUnfinished(String name) {
        return name.startsWith(".") && name.endsWith(UNFINISHED);
    }

    static StoredObject describe(URI uri, BasicFileAttributes attributes) {
        return new StoredObject(
                uri,
                attributes.size(),
                attributes.lastModifiedTime().toInstant(),
                attributes.lastModifiedTime().toInstant() + "/" + attributes.size() + "/" + attributes.fileKey());
    }

    private static Path path(URI uri) throws ObjectStoreException {
        String path = prefixPath(uri);
        if (path.endsWith("/") || !ObjectUris.wellFormed(path.substring(1))) {
            throw invalid(uri);
        }
        try {
            return Path.of(path);
        } catch (IllegalArgumentException e) {
            throw invalid(uri);
        }
    }

    private static String prefixPath(URI uri) throws ObjectStoreException {
        if (!"file".equalsIgnoreCase(uri.getScheme())
                || uri.getAuthority() != null
                || uri.getQuery() != null
                || uri.getFragment() != null
                || uri.getPath() == null
                || !uri.getPath().startsWith("/")) {
            throw invalid(uri);
        }
        String path = uri.getPath();
        String folders = path.substring(1, path.endsWith("/") ? Math.max(1, path.length() - 1) : path.length());
        if (!folders.isEmpty() && !ObjectUris.wellFormed(folders)) {
            throw invalid(uri);
        }
        return path;
    }

    private static ObjectStoreException invalid(URI uri) {
        return new ObjectStoreException(
                Reason.INVALID, uri + " names no file: expected file:///absolute/path without empty, . or .. segments");
    }

    private static ObjectStoreException explain(IOException e, URI uri) {
        if (e instanceof ObjectStoreException known) {
            return known;
        }
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return new ObjectStoreException(Reason.NOT_FOUND, uri + " does not exist", e);
        }
        if (e instanceof AccessDeniedException) {
            return new ObjectStoreException(
                    Reason.DENIED, uri + ": the file system refuses access; check its permissions", e);
        }
        if (e instanceof FileAlreadyExistsException) {
            return new ObjectStoreException(
                    Reason.INVALID, uri + ": " + e.getMessage() + " is a file, not a folder", e);
        }
        return new ObjectStoreException(
                Reason.UNAVAILABLE,
                uri + ": the file system failed: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
                e);
    }
}
