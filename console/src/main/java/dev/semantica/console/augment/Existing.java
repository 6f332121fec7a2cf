package dev.semantica.console.augment;

import java.util.Map;

/** Variations that need not be made again. */
interface Existing {

    /** Nothing is there yet. */
    Existing NONE = new Existing() {
        @Override
        public Map<Integer, MetadataLine> done(String imageId) {
            return Map.of();
        }

        @Override
        public void forget(String imageId) {
            // Nothing is remembered.
        }
    };

    /** The variations of a picture that are there, by index. */
    Map<Integer, MetadataLine> done(String imageId);

    /** Drops the variations of a picture that has changed since. */
    void forget(String imageId);
}
