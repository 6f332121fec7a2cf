package dev.semantica.evaluation.factor;

import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.ProceduralPage;
import dev.semantica.pages.ProceduralPages;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.RgbImage;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Annotated images of pages, to train probes with. */
public interface ProbeData {

    /** Says what it is: the same text, the same images. Trained probes are kept under it. */
    String identity();

    /** How many pages there are. */
    int size();

    /** A page, with at least one image; may be called by many threads at once. */
    Page page(int index);

    /**
     * A page.
     *
     * @param factors what it fixes
     * @param images its genuine images
     */
    record Page(Factors factors, List<Image> images) {
        /** Copies the images. */
        public Page {
            images = List.copyOf(images);
        }
    }

    /**
     * An image of a page.
     *
     * @param factors what it varies
     * @param picture its pixels
     */
    record Image(Factors factors, RgbImage picture) {}

    /**
     * 5,000 pages of some kinds that are there for probes alone: seed 900001, two images of 64 pixels each.
     *
     * @throws IllegalArgumentException if there is no kind
     */
    static ProbeData ofKinds(List<Kind> kinds) {
        return drawn(new PagesConfig(900001L, 2, 64, kinds, 0, 0), 5000);
    }

    /**
     * Procedural pages, drawn when asked for; images of other pages and near-duplicates are left out.
     *
     * @param config must have another seed than the pages that are judged
     * @param count pages, from index 0 on
     */
    static ProbeData drawn(PagesConfig config, int count) {
        ProceduralPages pages = new ProceduralPages(config);
        return new ProbeData() {
            @Override
            public String identity() {
                return "procedural pages 0 to " + (count - 1) + " of " + config;
            }

            @Override
            public int size() {
                return count;
            }

            @Override
            public Page page(int index) {
                return ProbeData.page(pages.page(index));
            }
        };
    }

    private static Page page(ProceduralPage page) {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < page.images(); i++) {
            if (page.isGenuine(i)) {
                images.add(new Image(page.imageFactors(i), picture(page.render(i))));
            }
        }
        return new Page(page.factors(), images);
    }

    private static RgbImage picture(BufferedImage drawn) {
        int[] pixels = drawn.getRGB(0, 0, drawn.getWidth(), drawn.getHeight(), null, 0, drawn.getWidth());
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return new RgbImage(drawn.getWidth(), drawn.getHeight(), rgb);
    }
}
