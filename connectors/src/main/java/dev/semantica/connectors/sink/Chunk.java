package dev.semantica.connectors.sink;

import dev.semantica.connectors.dataset.DatasetFormat;
import dev.semantica.connectors.dataset.DatasetWriter;
import dev.semantica.connectors.dataset.Example;
import dev.semantica.connectors.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Consecutive records of one topic partition that become visible together. It lies in a local folder, a piece for each
 * folder of the dataset, until it is published.
 */
final class Chunk {

    private final long from;
    private final String stem;
    private final DatasetFormat format;
    private final Path spool;
    private final Map<String, DatasetWriter> pieces = new TreeMap<>();
    private List<String> files;
    private int examples;
    private long bytes;

    /** Begins a chunk in a new folder below the given one. */
    Chunk(long from, String stem, DatasetFormat format, Path spoolDirectory) {
        this.from = from;
        this.stem = stem;
        this.format = format;
        try {
            spool = Files.createTempDirectory(spoolDirectory, "semantica-chunk-");
        } catch (IOException e) {
            throw spoolFailed(spoolDirectory, e);
        }
    }

    long from() {
        return from;
    }

    int examples() {
        return examples;
    }

    long bytes() {
        return bytes;
    }

    int pieces() {
        return pieces.size();
    }

    /**
     * Adds an example.
     *
     * @param folder its folder in the dataset; empty for none
     */
    void add(String folder, Example example) {
        try {
            DatasetWriter piece = pieces.get(folder);
            if (piece == null) {
                piece = format.open(spool.resolve("files").resolve(folder), stem);
                pieces.put(folder, piece);
            }
            piece.add(example);
        } catch (IOException e) {
            throw spoolFailed(spool, e);
        }
        examples++;
        bytes += example.image().length;
    }

    /** Completes the files; more examples are not taken then. Returns their names in the order of publication. */
    List<String> finish() {
        if (files == null) {
            List<String> finished = new ArrayList<>();
            pieces.forEach((folder, piece) -> {
                try {
                    piece.finish().forEach(file -> finished.add(folder.isEmpty() ? file : folder + "/" + file));
                } catch (IOException e) {
                    throw spoolFailed(spool, e);
                }
            });
            files = List.copyOf(finished);
        }
        return files;
    }

    /**
     * Makes the chunk visible; may be called again after a failure.
     *
     * @param record written before the files; null if the storage has it already
     */
    void publish(Storage storage, ChunkRecord record) throws IOException {
        if (record != null) {
            record.write(storage, spool);
        }
        for (String file : finish()) {
            storage.write(file, spool.resolve("files").resolve(file));
        }
    }

    /** Removes the local folder. */
    void discard() {
        for (DatasetWriter piece : pieces.values()) {
            try {
                piece.close();
            } catch (IOException e) {
                throw spoolFailed(spool, e);
            }
        }
        try (Stream<Path> all = Files.walk(spool)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ConnectException("Cannot remove " + spool + ": " + e.getMessage(), e);
        }
    }

    private static ConnectException spoolFailed(Path where, IOException e) {
        return new ConnectException(
                "Cannot write to " + where + ": " + e.getMessage()
                        + ". Make room there or name another directory with spool.directory, and restart the task",
                e);
    }
}
