package dev.semantica.evaluation.factor;

import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import dev.semantica.pages.factor.Factors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The questions that data allow: of pages the categories, of images categories and quantities, if every page or image has
 * the factor and not always the same value. A quantity of up to eight whole numbers, such as a count, is a category.
 */
final class Heads {

    private static final int MOST_COUNTS = 8;

    private Heads() {}

    static List<Head> of(List<Sample> samples) {
        List<Head> heads = new ArrayList<>();
        List<Factors> fixed = samples.stream().map(Sample::page).toList();
        for (Map.Entry<String, List<FactorValue>> factor : shared(fixed).entrySet()) {
            if (factor.getValue().stream().allMatch(Category.class::isInstance)) {
                add(heads, factor.getKey(), true, factor.getValue());
            }
        }
        List<Factors> varied = samples.stream().map(Sample::image).toList();
        for (Map.Entry<String, List<FactorValue>> factor : shared(varied).entrySet()) {
            if (!fixed.get(0).values().containsKey(factor.getKey())) {
                add(heads, factor.getKey(), false, factor.getValue());
            }
        }
        return heads;
    }

    /** The values of the factors that all have. */
    private static Map<String, List<FactorValue>> shared(List<Factors> all) {
        Map<String, List<FactorValue>> values = new TreeMap<>();
        all.forEach(factors -> factors.values()
                .forEach((name, value) -> values.computeIfAbsent(name, absent -> new ArrayList<>())
                        .add(value)));
        values.values().removeIf(found -> found.size() < all.size());
        return values;
    }

    private static void add(List<Head> heads, String name, boolean ofPage, List<FactorValue> values) {
        boolean quantities = values.stream().allMatch(Quantity.class::isInstance);
        if (!quantities && !values.stream().allMatch(Category.class::isInstance)) {
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        values.forEach(value -> names.add(Head.name(value)));
        if (names.size() < 2) {
            return;
        }
        if (!quantities || (names.size() <= MOST_COUNTS && values.stream().allMatch(Heads::isWhole))) {
            heads.add(new Head(name, ofPage, List.copyOf(names), 0, 1));
            return;
        }
        double mean = values.stream().mapToDouble(Heads::number).average().orElseThrow();
        double variance = values.stream()
                .mapToDouble(value -> (number(value) - mean) * (number(value) - mean))
                .average()
                .orElseThrow();
        heads.add(new Head(name, ofPage, List.of(), mean, Math.sqrt(variance)));
    }

    private static double number(FactorValue value) {
        return ((Quantity) value).value();
    }

    private static boolean isWhole(FactorValue value) {
        return number(value) == Math.rint(number(value));
    }
}
