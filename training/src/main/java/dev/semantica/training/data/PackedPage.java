package dev.semantica.training.data;

import java.util.List;
import java.util.Map;

/**
 * A page of a packed store.
 *
 * @param id names it
 * @param label class that it belongs to; empty when unknown
 * @param firstImage place of its first image in the store
 * @param images how many it has, which lie side by side
 * @param categories annotated categories of the page
 * @param quantities annotated quantities of the page
 * @param noise for every image what is annotated of its belonging: none, foreign, near-duplicate; empty when unknown
 */
public record PackedPage(
        String id,
        String label,
        int firstImage,
        int images,
        Map<String, String> categories,
        Map<String, Double> quantities,
        List<String> noise) {

    /** The page's name without the paper that it lies on: all its versions stay on one side of a split. */
    public String name() {
        return PageNames.name(id);
    }

    /** Its name as its source has it, without the source's own. */
    public String ownName() {
        return PageNames.own(name());
    }
}
