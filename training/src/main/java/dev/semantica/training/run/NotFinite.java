package dev.semantica.training.run;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Finds arrays that hold something that is no finite number. */
final class NotFinite {

    private static final int NAMED = 5;

    private NotFinite() {}

    /** Names of the weights that hold such a value. */
    static List<String> among(SortedMap<String, NDArray> weights) {
        List<String> found = new ArrayList<>();
        weights.forEach((name, weight) -> {
            if (holds(weight)) {
                found.add(name);
            }
        });
        return found;
    }

    /** Which weights, or gradients of weights, hold such values. */
    static String describe(SortedMap<String, NDArray> weights) {
        List<String> broken = among(weights);
        if (!broken.isEmpty()) {
            return "not finite are the weights " + names(broken, weights.size());
        }
        List<String> gradients = new ArrayList<>();
        weights.forEach((name, weight) -> {
            try (NDArray gradient = weight.getGradient()) {
                if (holds(gradient)) {
                    gradients.add(name);
                }
            }
        });
        return gradients.isEmpty()
                ? "all weights are finite"
                : "all weights are finite, but not the gradients of " + names(gradients, weights.size());
    }

    private static boolean holds(NDArray array) {
        // Zero times what is finite is zero, and so is the sum; anything else gives no number.
        try (NDArray zero = array.duplicate()) {
            zero.muli(0);
            try (NDArray sum = zero.sum()) {
                return sum.getFloat() != 0;
            }
        }
    }

    private static String names(List<String> names, int all) {
        return String.join(", ", names.subList(0, Math.min(NAMED, names.size()))) + (names.size() > NAMED ? ", …" : "")
                + " (" + names.size() + " of " + all + ")";
    }
}
