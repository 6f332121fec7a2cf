package dev.semantica.pages;

import dev.semantica.pages.drawing.Design;
import dev.semantica.pages.drawing.Kind;
import java.util.SplittableRandom;

/** Any number of drawn pages: each a pure function of the configuration and its index. Safe for use by many threads. */
public final class ProceduralPages {

    private final PagesConfig config;

    /** Pages of a configuration. */
    public ProceduralPages(PagesConfig config) {
        this.config = config;
    }

    /** What they are made by. */
    public PagesConfig config() {
        return config;
    }

    /**
     * The page of an index.
     *
     * @param index 0 or more
     */
    public ProceduralPage page(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("a page's index must be 0 or more, but is " + index);
        }
        SplittableRandom random = Draws.of(config.seed(), Draws.DESIGN, index, 0);
        Kind kind = config.kinds().get(random.nextInt(config.kinds().size()));
        return new ProceduralPage(config, index, Design.draw(kind, random));
    }
}
