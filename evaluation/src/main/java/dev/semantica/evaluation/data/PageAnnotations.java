package dev.semantica.evaluation.data;

import dev.semantica.pages.factor.PageAnnotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The annotations of a dataset's pages, a folder a page with {@value PageAnnotation#FILE}; each is read once. */
public final class PageAnnotations {

    private final Path dataset;
    private final Map<String, Optional<PageAnnotation>> pages = new HashMap<>();

    /** Those below a folder, which the ids of images are relative to. */
    public PageAnnotations(Path dataset) {
        this.dataset = dataset;
    }

    /** The folder of an image within the dataset; empty if it lies in none. */
    public static String page(LabelledImage image) {
        return image.id().substring(0, Math.max(0, image.id().lastIndexOf('/')));
    }

    /** The file of an image within its folder. */
    public static String file(LabelledImage image) {
        return image.id().substring(image.id().lastIndexOf('/') + 1);
    }

    /**
     * The annotation of an image's page, if it has one.
     *
     * @throws IOException if it cannot be read, or is none
     */
    public Optional<PageAnnotation> of(LabelledImage image) throws IOException {
        String page = page(image);
        if (!pages.containsKey(page)) {
            // An id may come from a shard and say anything.
            boolean inside =
                    !page.isEmpty() && dataset.resolve(page).normalize().startsWith(dataset.normalize());
            pages.put(page, inside ? PageAnnotation.ofFolder(dataset.resolve(page)) : Optional.empty());
        }
        return pages.get(page);
    }

    /** Whether a page names an image as its own: neither foreign nor a near-duplicate. */
    public static boolean isGenuine(PageAnnotation annotation, LabelledImage image) {
        return Optional.ofNullable(annotation.images().get(file(image)))
                .map(factors -> factors.category("noise").orElse("none"))
                .filter("none"::equals)
                .isPresent();
    }
}
