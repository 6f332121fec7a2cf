package dev.semantica.evaluation.data;

import java.io.IOException;

/**
 * An image of a set.
 *
 * @param id names it within its set
 * @param label its class or page; empty when it has none
 * @param content gives the file's bytes
 */
public record LabelledImage(String id, String label, Content content) {

    /** Where the bytes are. */
    @FunctionalInterface
    public interface Content {
        /** Reads the whole file. */
        byte[] read() throws IOException;
    }
}
