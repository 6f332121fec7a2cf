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

    /** How many outputs of the network it takes. */
    int width() {
        return Math.max(1, categories.size());
    }

    /** A value as the network is to give it: a place among the categories (−1 if unknown), or standardised. */
    float target(FactorValue value) {
        if (isCategory()) {
            return categories.indexOf(name(value));
        }
        return value instanceof Quantity quantity ? (float) ((quantity.value() - mean) / deviation) : Float.NaN;
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

    /** What the network's outputs from {@code at} on say. */
    FactorValue value(float[] outputs, int at) {
        if (!isCategory()) {
            return new Quantity(mean + deviation * outputs[at]);
        }
        int best = 0;
        for (int c = 1; c < categories.size(); c++) {
            best = outputs[at + c] > outputs[at + best] ? c : best;
        }
        return new Category(categories.get(best));
    }

    /**
     * Slope of the loss: of categories the cross-entropy, of quantities half the squared error.
     *
     * @param weight of this image in the loss
     */
    void slope(float[] outputs, int at, float target, float weight, float[] slope) {
        if (!isCategory()) {
            slope[at] = weight * (outputs[at] - target);
            return;
        }
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < categories.size(); c++) {
            largest = Math.max(largest, outputs[at + c]);
        }
        double sum = 0;
        for (int c = 0; c < categories.size(); c++) {
            sum += Math.exp(outputs[at + c] - largest);
        }
        for (int c = 0; c < categories.size(); c++) {
            double share = Math.exp(outputs[at + c] - largest) / sum;
            slope[at + c] = (float) (weight * (share - (c == (int) target ? 1 : 0)));
        }
    }
}
