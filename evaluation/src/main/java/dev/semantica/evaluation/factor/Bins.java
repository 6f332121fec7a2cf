package dev.semantica.evaluation.factor;

import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.FactorValue.Quantity;
import dev.semantica.pages.factor.Factors;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a factor's range where real images do: a category by name, a quantity into tenths that real images fill equally. Both
 * by what the probe reads, so that its errors are the same for all that is compared.
 */
final class Bins {

    private static final int COUNT = 10;

    private final String factor;
    private final List<String> categories;
    private final double[] edges;
    private final double[] shares;

    /**
     * Bins of a factor.
     *
     * @param reading says whether it is a category
     * @param real predictions for all real images, at least one
     */
    Bins(String factor, Reading reading, List<Factors> real) {
        this.factor = factor;
        this.categories = reading.categories();
        double[] sorted = reading.isCategory()
                ? new double[0]
                : real.stream()
                        .mapToDouble(image -> ((Quantity) image.values().get(factor)).value())
                        .sorted()
                        .toArray();
        edges = new double[reading.isCategory() ? 0 : COUNT - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = sorted[(int) ((long) (i + 1) * sorted.length / COUNT)];
        }
        shares = shares(real);
    }

    private int bin(Factors image) {
        FactorValue value = image.values().get(factor);
        if (!categories.isEmpty()) {
            return categories.indexOf(Head.name(value));
        }
        int bin = 0;
        for (double edge : edges) {
            bin += ((Quantity) value).value() >= edge ? 1 : 0;
        }
        return bin;
    }

    /** How many different bins images fall into. */
    int distinct(List<Factors> images) {
        return (int) images.stream().mapToInt(this::bin).distinct().count();
    }

    /** What images share with the real distribution: the sum over bins of the smaller share, 0 to 1. */
    double overlap(List<Factors> images) {
        double[] theirs = shares(images);
        double overlap = 0;
        for (int bin = 0; bin < shares.length; bin++) {
            overlap += Math.min(shares[bin], theirs[bin]);
        }
        return overlap;
    }

    private double[] shares(List<Factors> images) {
        double[] found = new double[categories.isEmpty() ? COUNT : categories.size()];
        images.forEach(image -> found[bin(image)]++);
        return Arrays.stream(found).map(count -> count / images.size()).toArray();
    }
}
