package dev.semantica.pages;

import dev.semantica.pages.drawing.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Which procedural pages to make.
 *
 * @param seed same seed, same pages
 * @param images images of a page, 1 to 1,000
 * @param size width and height of an image in pixels, 16 to 1,024
 * @param kinds what pages may be about, at least one, in the kinds' order and without repetition
 * @param foreign share of images that do not belong to their page, 0 to 0.9
 * @param nearDuplicates share of images that are another one of their page, hardly changed, 0 to 0.9; with the foreign
 *     ones at most 0.9
 */
public record PagesConfig(long seed, int images, int size, List<Kind> kinds, double foreign, double nearDuplicates) {

    /** Images of a page unless said otherwise. */
    public static final int IMAGES = 6;
    /** Width and height of an image unless said otherwise. */
    public static final int SIZE = 64;

    private static final double MOST_NOISE = 0.9;

    /**
     * Validates.
     *
     * @throws IllegalArgumentException that names all that is wrong, a line each
     */
    public PagesConfig {
        List<String> problems = new ArrayList<>();
        if (images < 1 || images > 1000) {
            problems.add("images must be 1 to 1000 a page, but are " + images);
        }
        if (size < 16 || size > 1024) {
            problems.add("size must be 16 to 1024 pixels, but is " + size);
        }
        if (kinds.isEmpty()) {
            problems.add("kinds must name at least one kind");
        }
        if (!(foreign >= 0 && nearDuplicates >= 0 && foreign + nearDuplicates <= MOST_NOISE)) {
            problems.add("the shares of foreign images and near-duplicates must be 0 or more and together at most "
                    + MOST_NOISE + ", but are " + foreign + " and " + nearDuplicates);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        kinds = List.copyOf(EnumSet.copyOf(kinds));
    }

    /** Pages of all kinds, six images of 64 pixels, without noise. */
    public static PagesConfig of(long seed) {
        return new PagesConfig(seed, IMAGES, SIZE, List.of(Kind.values()), 0, 0);
    }

    /** The same pages with other images and with noise. */
    public PagesConfig withNoise(double foreignShare, double nearDuplicateShare) {
        return new PagesConfig(seed, images, size, kinds, foreignShare, nearDuplicateShare);
    }
}
