package dev.semantica.training.data;

import java.io.IOException;
import java.util.Map;

/** Pages in an order that is always the same. */
public interface PageSource {

    /** What decides which pages come, for digests and provenance: names and values in a fixed order. */
    Map<String, Object> describe();

    /** What changes when the pages change without a change of their description: names, sizes and times of files. */
    String fingerprint() throws IOException;

    /**
     * Gives every page.
     *
     * @param skipped told of what cannot be read, with its cause
     */
    void forEach(PageConsumer action, SkipListener skipped) throws IOException;

    /** Takes pages. */
    @FunctionalInterface
    interface PageConsumer {
        /** Takes one. */
        void accept(SourcePage page) throws IOException;
    }

    /** Told what was left out. */
    @FunctionalInterface
    interface SkipListener {
        /**
         * Something was left out.
         *
         * @param what a page, an image or a shard
         * @param cause why, in a sentence
         */
        void skipped(String what, String cause);
    }
}
