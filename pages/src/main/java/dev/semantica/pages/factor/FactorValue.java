package dev.semantica.pages.factor;

/** The value of a factor: one of several categories, or a quantity. */
public sealed interface FactorValue {

    /**
     * A name among others. A boolean of JSON is the category {@code "true"} or {@code "false"}.
     *
     * @param name not empty
     */
    record Category(String name) implements FactorValue {

        /** Refuses an empty name. */
        public Category {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a category must have a name, but it is empty");
            }
        }
    }

    /**
     * A number that can be compared and averaged.
     *
     * @param value finite
     */
    record Quantity(double value) implements FactorValue {

        /** Refuses what is not finite. */
        public Quantity {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a quantity must be finite, but is " + value);
            }
        }
    }
}
