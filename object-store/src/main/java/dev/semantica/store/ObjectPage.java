package dev.semantica.store;

import java.util.List;

/**
 * A part of a listing.
 *
 * @param objects in order; only the last page may be empty
 * @param more whether the listing goes on after the last object
 */
public record ObjectPage(List<StoredObject> objects, boolean more) {
    public ObjectPage {
        objects = List.copyOf(objects);
        if (more && objects.isEmpty()) {
            throw new IllegalArgumentException("A page that is not the last one must hold an object");
        }
    }
}
