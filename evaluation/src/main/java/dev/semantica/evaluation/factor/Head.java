package dev.semantica.evaluation.factor;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import java.util.List;
import java.util.Locale;

/**
 * One question to an image: which category, or how much.
 *
 * @param factor its name
 * @param ofPage whether pages fix it
 * @param categories what it may be, sorted; empty for a quantity
 * @param mean of a quantity's values
 * @param deviation of a quantity's values, over 0
 */
record Head(String factor, boolean ofPage, List<String> categories, double mean, double deviation) {

    private static final int MOST_CATEGORIES = 1024;

    Head {
        categories = List.copyOf(categories);
        if (factor.isEmpty()
                || categories.size() == 1
                || categories.size() > MOST_CATEGORIES
                || !Double.isFinite(mean)
                || !(deviation > 0 && deviation < Double.MAX_VALUE)) {
            throw new IllegalArgumentException("factor '" + factor + "' must have a name and either 2 to "
                    + MOST_CATEGORIES + " categories or a finite mean and deviation");
        }
    }

    @JsonIgnore
    boolean isCategory() {
        return !categories.isEmpty();
    }

    /** How many targets it takes. */
    int width() {
        return Math.max(1, categories.size());
    }

    /** Puts a value as it is to be predicted: 1 at its category's place, or standardised. */
    void put(FactorValue value, double[] targets, int at) {
        if (isCategory()) {
            int place = categories.indexOf(name(value));
            if (place >= 0) {
                targets[at + place] = 1;
            }
        } else {
            targets[at] = (((Quantity) value).value() - mean) / deviation;
        }
    }

    /** A value's name as a category; counts are written as whole numbers. */
    static String name(FactorValue value) {
        if (value instanceof Category category) {
            return category.name();
        }
        double number = ((Quantity) value).value();
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%s", number);
    }

    /** What the predictions from {@code at} on say. */
    FactorValue value(double[] outputs, int at) {
        if (!isCategory()) {
            return new Quantity(mean + deviation * outputs[at]);
        }
        int best = 0;
        for (int c = 1; c < categories.size(); c++) {
            best = outputs[at + c] > outputs[at + best] ? c : best;
        }
        return new Category(categories.get(best));
    }
}
