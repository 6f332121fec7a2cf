package dev.semantica.connectors.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Writes one piece of a dataset into a folder of its own. The same examples give the same bytes. */
public interface DatasetWriter extends Closeable {

    /**
     * Adds an example.
     *
     * @throws IOException if the folder cannot be written to
     */
    void add(Example example) throws IOException;

    /**
     * Completes the files.
     *
     * @return their names below the folder, in the order in which they are to be published: readers see the examples
     *     when the last one is there
     * @throws IOException if the folder cannot be written to
     */
    List<String> finish() throws IOException;
}
