package dev.semantica.connectors.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A tree of files under one location. Not for use by several threads at once. */
public interface Storage extends AutoCloseable {

    /** The location; two storages over the same place have equal locations. */
    String location();

    /** Why nothing can be read here; empty if something can. */
    Optional<String> check();

    /**
     * Shows every file below a folder, in no particular order; none if there is no such folder. Files and folders in it
     * whose names begin with a dot are left out.
     *
     * @param folder name of a folder, or empty for the whole tree
     * @throws IOException if the location cannot be listed
     */
    void list(String folder, Consumer<StoredFile> files) throws IOException;

    /**
     * Reads a whole file.
     *
     * @param maxBytes what is longer is not read
     * @return its bytes; empty if there is no such file
     * @throws FileTooLargeException if it is longer than maxBytes
     * @throws IOException if it cannot be read
     */
    Optional<byte[]> read(String name, int maxBytes) throws IOException;

    /**
     * Writes a file so that it is seen whole or not at all, and lasts when this returns. Replaces a file of that name.
     *
     * @throws IOException if it cannot be written; an earlier file of that name is then left as it was
     */
    void write(String name, Path content) throws IOException;

    /** The address of a file, for readers elsewhere. */
    URI uri(String name);

    /** Whether a file can be seen while it is being written. */
    boolean showsUnfinishedFiles();

    @Override
    void close();
}
