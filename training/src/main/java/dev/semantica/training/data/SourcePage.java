package dev.semantica.training.data;

import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.util.List;

/**
 * A page as a source has it: nothing is decoded yet.
 *
 * @param id names it within all sources; the same page has the same id in every run
 * @param label class that it belongs to; empty when unknown
 * @param factors what is annotated of the page
 * @param images its images
 */
public record SourcePage(String id, String label, Factors factors, List<Image> images) {

    /** Copies the list. */
    public SourcePage {
        images = List.copyOf(images);
    }

    /**
     * An image of a page.
     *
     * @param name names it within its page
     * @param factors what is annotated of the image
     * @param pixels gives its pixels
     */
    public record Image(String name, Factors factors, Pixels pixels) {}

    /** Where pixels come from. */
    @FunctionalInterface
    public interface Pixels {
        /**
         * Decodes or draws them; any size.
         *
         * @throws ImageRejectedException if they are no image that is read
         * @throws IOException if the file cannot be read
         */
        RgbImage read() throws IOException, ImageRejectedException;
    }
}
