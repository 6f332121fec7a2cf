package dev.semantica.pages.store;

import dev.semantica.pages.PagesConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What to write.
 *
 * @param config how pages are made
 * @param first index of the first page, 0 or more
 * @param pages how many, 1 to 100 million
 * @param pagesPerShard pages of a WebDataset shard; 0 for a folder a page
 */
public record PagesPlan(PagesConfig config, long first, int pages, int pagesPerShard) {

    private static final int MOST_PAGES = 100_000_000;

    /**
     * Validates.
     *
     * @throws IllegalArgumentException that names all that is wrong, a line each
     */
    public PagesPlan {
        List<String> problems = new ArrayList<>();
        if (first < 0) {
            problems.add("the first page's index must be 0 or more, but is " + first);
        }
        if (pages < 1 || pages > MOST_PAGES) {
            problems.add("pages must be 1 to " + MOST_PAGES + ", but are " + pages);
        }
        if (pagesPerShard < 0) {
            problems.add("pages of a shard must be 1 or more, but are " + pagesPerShard);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** Whether shards are written instead of folders. */
    public boolean sharded() {
        return pagesPerShard > 0;
    }
}
