package dev.semantica.pages;

import dev.semantica.pages.drawing.Design;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.PageAnnotation;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A drawn page: a subject, and images that vary it. Immutable; images are drawn anew at every call. */
public final class ProceduralPage {

    private final String id;
    private final int size;
    private final Design design;
    private final List<PageImage> images = new ArrayList<>();

    ProceduralPage(PagesConfig config, long index, Design design) {
        this.id = String.format(Locale.ROOT, "%s-%05d", design.kind().id(), index);
        this.size = config.size();
        this.design = design;
        images.addAll(Noise.images(config, index, design));
    }

    /** Its name: the kind and the index with at least five digits, such as {@code bird-00042}. */
    public String id() {
        return id;
    }

    /** How many images it has. */
    public int images() {
        return images.size();
    }

    /**
     * What it fixes: categories {@code kind}, {@code main}, {@code second} (colours), {@code outline}, {@code background},
     * {@code background-colour}; quantities {@code main-shift}, {@code second-shift}, −1 to 1; and its kind's
     * {@code shape.…}.
     */
    public Factors factors() {
        return design.factors();
    }

    /**
     * What an image varies: {@code noise} ({@code none}, {@code foreign} or {@code near-duplicate}), and the factors of
     * {@link dev.semantica.pages.drawing.Variation}. A foreign image has none of these but says in {@code foreign} what it
     * is; a near-duplicate has those of its original, names this in {@code duplicate-of}, and says in {@code duplicate-by}
     * how it was changed.
     *
     * @param image 0 to {@link #images()} − 1
     */
    public Factors imageFactors(int image) {
        return images.get(Objects.checkIndex(image, images.size())).factors();
    }

    /** Whether an image belongs to the page and is no near-duplicate. */
    public boolean isGenuine(int image) {
        return images.get(Objects.checkIndex(image, images.size())) instanceof PageImage.Genuine;
    }

    /** All that is known of it, with images named by {@link #file}. */
    public PageAnnotation annotation() {
        Map<String, Factors> named = new TreeMap<>();
        for (int image = 0; image < images.size(); image++) {
            named.put(file(image), imageFactors(image));
        }
        return new PageAnnotation(factors(), named);
    }

    /** The name of an image's file, such as {@code 0.png}. */
    public static String file(int image) {
        return image + ".png";
    }

    /**
     * Draws an image: {@link BufferedImage#TYPE_INT_RGB}, as wide and high as configured. The same bytes at every call and
     * on every thread of the same Java release; Java2D's rasteriser may differ a little in another.
     *
     * @param image 0 to {@link #images()} − 1
     */
    public BufferedImage render(int image) {
        return images.get(Objects.checkIndex(image, images.size())).render(size);
    }
}
