package dev.semantica.sampler.onnx;

import dev.semantica.diffusion.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;

/** Rows divided among threads. */
final class RowParts {

    /**
     * Least share of the threads' time that a division must use. Parts were 3 to 12 % faster than one call on two threads
     * (docs/decisions/0060-rows-in-parts.md), so a division that wastes more is none.
     */
    private static final double LEAST_USED = 0.95;

    private RowParts() {}

    /**
     * Rows in parts that cost about the same: a guided row counts twice.
     *
     * @param rows active ones
     * @param parts how many parts are wanted
     * @return as many parts as are wanted, none empty, or one with all rows where they do not come out even
     */
    static <C> List<List<Row<C>>> of(List<Row<C>> rows, int parts) {
        if (parts < 2 || rows.size() < parts) {
            return List.of(rows);
        }
        List<List<Row<C>>> divided = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            divided.add(new ArrayList<>());
        }
        int[] costs = new int[parts];
        // The dear ones first, each to the part that has cost least: the cheap ones even out what is left.
        for (int entries = 2; entries >= 1; entries--) {
            for (Row<C> row : rows) {
                if (row.entries() == entries) {
                    int least = cheapest(costs);
                    divided.get(least).add(row);
                    costs[least] += entries;
                }
            }
        }
        IntSummaryStatistics cost = Arrays.stream(costs).summaryStatistics();
        return cost.getAverage() < LEAST_USED * cost.getMax() ? List.of(rows) : divided;
    }

    private static int cheapest(int[] costs) {
        int least = 0;
        for (int part = 1; part < costs.length; part++) {
            if (costs[part] < costs[least]) {
                least = part;
            }
        }
        return least;
    }
}
