package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.network.EncoderHeads;
import dev.semantica.training.network.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The annotated factors of pages as what an encoder's heads must say. Rows without an annotation do not count, nor do
 * rows without colour where a factor is about colour.
 *
 * @param categories values by category factor, sorted
 * @param quantities names of quantity factors, sorted, with mean and deviation
 * @param colours category factors that are about colour
 */
public record FactorTargets(
        Map<String, List<String>> categories, Map<String, double[]> quantities, Set<String> colours) {

    private static final int FEWEST_PAGES = 20;

    /** Keeps the names' order. */
    public FactorTargets {
        categories = new TreeMap<>(categories);
        quantities = new TreeMap<>(quantities);
        colours = Set.copyOf(colours);
    }

    /** The factors that enough of the pages are annotated with. */
    public static FactorTargets of(List<PackedPage> pages, Set<String> colours) {
        Map<String, TreeSet<String>> values = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, List<Double>> numbers = new TreeMap<>();
        for (PackedPage page : pages) {
            page.categories().forEach((name, value) -> {
                values.computeIfAbsent(name, key -> new TreeSet<>()).add(value);
                counts.merge(name, 1, Integer::sum);
            });
            page.quantities().forEach((name, value) -> numbers.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(value));
        }
        Map<String, List<String>> categories = new TreeMap<>();
        values.forEach((name, found) -> {
            if (found.size() > 1 && counts.get(name) >= FEWEST_PAGES) {
                categories.put(name, List.copyOf(found));
            }
        });
        Map<String, double[]> quantities = new TreeMap<>();
        numbers.forEach((name, found) -> {
            double mean =
                    found.stream().mapToDouble(Double::doubleValue).average().orElse(0);
            double variance = found.stream()
                    .mapToDouble(value -> (value - mean) * (value - mean))
                    .average()
                    .orElse(0);
            if (variance > 0 && found.size() >= FEWEST_PAGES) {
                quantities.put(name, new double[] {mean, Math.sqrt(variance)});
            }
        });
        return new FactorTargets(categories, quantities, colours);
    }

    /** Whether no factor is known. */
    public boolean isEmpty() {
        return categories.isEmpty() && quantities.isEmpty();
    }

    /** Number of classes by category factor, as heads need it. */
    public Map<String, Integer> classes() {
        Map<String, Integer> classes = new TreeMap<>();
        categories.forEach((name, values) -> classes.put(name, values.size()));
        return classes;
    }

    /**
     * Mean over all annotated values of the rows: cross-entropy of a category, squared error of a standardised quantity. So
     * a factor counts as often as it is annotated, and what few pages have does not outweigh what all have.
     *
     * @param pages page of every row
     * @param grey rows without colour
     * @param right receives, per category factor, how many rows were right and how many there were,
     *     added up; null: not counted
     */
    NDArray loss(EncoderHeads heads, NDArray pooled, PackedPage[] pages, boolean[] grey, Map<String, int[]> right) {
        NDManager manager = pooled.getManager();
        NDArray total = manager.create(0f);
        int values = 0;
        Map<String, NDArray> logits = heads.categories(pooled);
        for (Map.Entry<String, List<String>> factor : categories.entrySet()) {
            String name = factor.getKey();
            int classes = factor.getValue().size();
            float[] wanted = new float[pages.length * classes];
            int[] places = new int[pages.length];
            int rows = 0;
            for (int i = 0; i < pages.length; i++) {
                String value = pages[i].categories().get(name);
                boolean counts = value != null && !(grey[i] && colours.contains(name));
                places[i] = counts ? factor.getValue().indexOf(value) : -1;
                if (places[i] >= 0) {
                    wanted[i * classes + places[i]] = 1;
                    rows++;
                }
            }
            if (rows > 0) {
                NDArray chosen = manager.create(wanted, new Shape(pages.length, classes));
                NDArray found = logits.get(name);
                total = total.sub(found.logSoftmax(1).mul(chosen).sum());
                values += rows;
                if (right != null) {
                    count(found, places, right.computeIfAbsent(name, key -> new int[2]));
                }
            }
        }
        if (!quantities.isEmpty()) {
            float[] known = new float[pages.length * quantities.size()];
            total = total.add(squares(heads.quantities(pooled), pages, known));
            for (float one : known) {
                values += one > 0 ? 1 : 0;
            }
        }
        return Scaling.by(1.0 / Math.max(1, values), total);
    }

    private static void count(NDArray logits, int[] places, int[] right) {
        long[] found = logits.argMax(1).toLongArray();
        for (int i = 0; i < places.length; i++) {
            if (places[i] >= 0) {
                right[0] += found[i] == places[i] ? 1 : 0;
                right[1]++;
            }
        }
    }

    /** Sum of the squared errors; marks the quantities that pages have. */
    private NDArray squares(NDArray found, PackedPage[] pages, float[] known) {
        int count = quantities.size();
        float[] wanted = new float[pages.length * count];
        for (int i = 0; i < pages.length; i++) {
            int at = i * count;
            for (Map.Entry<String, double[]> quantity : quantities.entrySet()) {
                Double value = pages[i].quantities().get(quantity.getKey());
                if (value != null) {
                    wanted[at] = (float) ((value - quantity.getValue()[0]) / quantity.getValue()[1]);
                    known[at] = 1;
                }
                at++;
            }
        }
        NDManager manager = found.getManager();
        Shape shape = new Shape(pages.length, count);
        return found.sub(manager.create(wanted, shape))
                .square()
                .mul(manager.create(known, shape))
                .sum();
    }
}
