package dev.semantica.evaluation.reader;

import dev.semantica.evaluation.data.ImageSets;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.data.PageAnnotations;
import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.PageAnnotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A picture and what is known of it.
 *
 * @param image the picture
 * @param group pictures that are held out together: those of a page, or the picture by itself
 * @param factors value by factor: the categories that its page is annotated with, and {@value #LABEL}, its class
 */
public record KnownPicture(LabelledImage image, String group, Map<String, String> factors) {

    /** The class of a picture as a factor: the name of its folder, or what its metadata say. */
    public static final String LABEL = "label";

    /**
     * Lists the pictures of a dataset of which anything is known: of annotated pages, a folder each with
     * {@value PageAnnotation#FILE}, those that are neither foreign nor near-duplicates; or those of folders of classes.
     *
     * @throws IOException if it cannot be listed, or an annotation is wrong
     */
    public static List<KnownPicture> of(Path dataset) throws IOException {
        PageAnnotations annotations = new PageAnnotations(dataset);
        List<KnownPicture> known = new ArrayList<>();
        for (LabelledImage image : ImageSets.of(dataset)) {
            Optional<PageAnnotation> annotation = annotations.of(image);
            if (annotation.isPresent() && !PageAnnotations.isGenuine(annotation.get(), image)) {
                continue;
            }
            Map<String, String> factors = new TreeMap<>();
            annotation.map(PageAnnotation::page).orElse(Factors.NONE).values().forEach((name, value) -> {
                if (value instanceof Category category) {
                    factors.put(name, category.name());
                }
            });
            if (!image.label().isEmpty()) {
                factors.put(LABEL, image.label());
            }
            if (!factors.isEmpty()) {
                String group = annotation.isPresent() ? PageAnnotations.page(image) : image.id();
                known.add(new KnownPicture(image, group, factors));
            }
        }
        return known;
    }
}
