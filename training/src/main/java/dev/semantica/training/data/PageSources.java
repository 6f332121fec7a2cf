package dev.semantica.training.data;

import dev.semantica.pages.PagesConfig;
import java.nio.file.Path;

/** Makes sources. */
public final class PageSources {

    private PageSources() {}

    /**
     * Pages that are drawn.
     *
     * @param first index of the first
     * @param pages how many
     */
    public static PageSource procedural(PagesConfig config, long first, int pages) {
        return new ProceduralSource(config, first, pages);
    }

    /**
     * Pages on disk: a folder whose sub-folders are pages, a tar shard, or a {@code pages.jsonl}.
     *
     * @param papers how often a page comes, each time on another paper below transparent images; 1: on white
     */
    public static PageSource files(Path place, int papers) {
        return new FileSource(place, papers);
    }
}
