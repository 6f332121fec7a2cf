package dev.semantica.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An exponential moving average of weights, which samples better than the weights themselves (Song and Ermon 2020). The
 * decay warms up as (1 + n) / (10 + n) over the first n updates.
 */
public final class Ema implements AutoCloseable {

    private final double decay;
    private final SortedMap<String, NDArray> weights;
    private final NDManager manager;
    private final SortedMap<String, NDArray> averages = new TreeMap<>();

    /**
     * Starts at the weights as they are.
     *
     * @param decay of a step, below 1
     * @param manager what closes the averages at the latest
     */
    public Ema(double decay, SortedMap<String, NDArray> weights, NDManager manager) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("The decay of an average must be from 0 to below 1, but is " + decay);
        }
        this.decay = decay;
        this.weights = new TreeMap<>(weights);
        this.manager = manager.newSubManager();
        this.weights.forEach(
                (name, weight) -> averages.put(name, this.manager.create(weight.toFloatArray(), weight.getShape())));
    }

    /** Takes the weights in, after the given number of earlier updates. */
    public void update(long updates) {
        double kept = Math.min(decay, (1.0 + updates) / (10.0 + updates));
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            // Made once: on a GPU each number is a copy to it that everything waits for.
            NDArray old = manager.create((float) kept);
            NDArray added = manager.create((float) (1 - kept));
            weights.forEach((name, weight) -> averages.get(name).muli(old).addi(weight.mul(added)));
        }
    }

    /** The averages by name; they stay its own. */
    public SortedMap<String, NDArray> averages() {
        return averages;
    }

    @Override
    public void close() {
        manager.close();
    }
}
