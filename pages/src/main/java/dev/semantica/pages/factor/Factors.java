package dev.semantica.pages.factor;

import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Factors by name, in the order of their names.
 *
 * @param values unmodifiable
 */
public record Factors(Map<String, FactorValue> values) {

    /** Nothing is known. */
    public static final Factors NONE = new Factors(Map.of());

    /** Copies the values. */
    public Factors {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** The category of this name, if there is such a factor and it is a category. */
    public Optional<String> category(String name) {
        return values.get(name) instanceof Category category ? Optional.of(category.name()) : Optional.empty();
    }

    /** The quantity of this name, if there is such a factor and it is a quantity. */
    public OptionalDouble quantity(String name) {
        return values.get(name) instanceof Quantity quantity
                ? OptionalDouble.of(quantity.value())
                : OptionalDouble.empty();
    }

    /** These factors and one more category. */
    public Factors with(String name, String category) {
        return with(name, new Category(category));
    }

    /** These factors and one more category of two. */
    public Factors with(String name, boolean category) {
        return with(name, String.valueOf(category));
    }

    /** These factors and one more quantity. */
    public Factors with(String name, double quantity) {
        return with(name, new Quantity(quantity));
    }

    private Factors with(String name, FactorValue value) {
        Map<String, FactorValue> more = new TreeMap<>(values);
        more.put(name, value);
        return new Factors(more);
    }
}
