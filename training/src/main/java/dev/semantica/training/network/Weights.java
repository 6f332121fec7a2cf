package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.FloatTensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * All trainable arrays of one network by dotted name, on a manager of their own. Every value is drawn from the seed and
 * the array's name alone, so that neither the order of creation nor a layer more changes another layer's values.
 */
public final class Weights implements AutoCloseable {

    /** Matches nothing. */
    private static final Pattern NO_BLOCK = Pattern.compile("(?!)");

    /** FNV-1a, 64 bits. */
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;

    private static final long FNV_PRIME = 0x100000001b3L;

    private final NDManager manager;
    private final long seed;
    private final SortedMap<String, NDArray> arrays = new TreeMap<>();
    private final Map<String, NDArray> constants = new HashMap<>();

    /**
     * Starts without arrays; a network adds its own.
     *
     * @param manager what closes these weights at the latest; its device holds them
     * @param seed what the first values are drawn from
     */
    public Weights(NDManager manager, long seed) {
        this.manager = manager.newSubManager();
        this.seed = seed;
    }

    /** The arrays by name; each requires a gradient. Unmodifiable, but the arrays' numbers may be changed in place. */
    public SortedMap<String, NDArray> all() {
        return Collections.unmodifiableSortedMap(arrays);
    }

    /** Number of trainable values. */
    public long count() {
        return arrays.values().stream().mapToLong(NDArray::size).sum();
    }

    /** The manager of the arrays; lives until these weights are closed. */
    public NDManager manager() {
        return manager;
    }

    /**
     * Sets the gradients to zero; every step must, before or after its backward pass. DJL's collector clears only arrays
     * that lie directly on the system's manager, and these do not: without this, gradients of all steps would add up.
     */
    public void clearGradients() {
        for (NDArray array : arrays.values()) {
            try (NDArray gradient = array.getGradient()) {
                gradient.muli(0);
            }
        }
    }

    /**
     * Copies values into the arrays; what is given stays the caller's.
     *
     * @throws IllegalArgumentException if a name or a shape differs, listing every difference; then nothing was changed
     */
    public void load(Map<String, NDArray> values) {
        requireFitting(values);
        values.forEach((name, given) -> set(arrays.get(name), given));
    }

    /**
     * Moves every array in a straight line towards another network's.
     *
     * @param others of a network of the same shape
     * @param share how far, from 0, not at all, to 1, to the other's
     * @throws IllegalArgumentException if a name or a shape differs, listing every difference; then nothing was changed
     */
    public void moveTowards(Weights others, double share) {
        requireFitting(others.arrays);
        arrays.forEach((name, mine) -> {
            float[] values = mine.toFloatArray();
            float[] other = others.arrays.get(name).toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((1 - share) * values[i] + share * other[i]);
            }
            try (NDArray between = manager.create(values, mine.getShape())) {
                set(mine, between);
            }
        });
    }

    private void requireFitting(Map<String, NDArray> values) {
        List<String> problems = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(arrays.keySet());
        names.addAll(values.keySet());
        for (String name : names) {
            NDArray mine = arrays.get(name);
            NDArray given = values.get(name);
            if (mine == null) {
                problems.add(name + " is given, but the network has none");
            } else if (given == null) {
                problems.add(name + " " + mine.getShape() + " is missing");
            } else if (!mine.getShape().equals(given.getShape())) {
                problems.add(name + " has the shape " + given.getShape() + ", the network needs " + mine.getShape());
            } else if (given.getDataType() != DataType.FLOAT32) {
                problems.add(name + " is of " + given.getDataType() + ", the network needs float32");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "These weights are not of this network:\n" + String.join("\n", problems));
        }
    }

    private static void set(NDArray mine, NDArray given) {
        // A leaf that requires a gradient must not be written to; without one it may.
        mine.setRequiresGradient(false);
        given.copyTo(mine);
        mine.setRequiresGradient(true);
    }

    /** Nothing is learned any more: no gradient is computed for the arrays. */
    public void freeze() {
        arrays.values().forEach(array -> array.setRequiresGradient(false));
    }

    /** As {@link #loadWritten(Map, Pattern, Map)}, with no block that may be new and no array that may be larger. */
    void loadWritten(Map<String, FloatTensor> values) {
        loadWritten(values, NO_BLOCK, Map.of());
    }

    /**
     * Copies values that {@link Parameter} wrote into a graph, where matrices of {@link Linear} lie transposed.
     *
     * @param values by name; names that are not of this network are passed over
     * @param growing what names of blocks begin with that may be new: where no value of such a block is given, it stays as
     *     it is
     * @param widening names of convolutions' arrays that may be larger, and along which axis: what is new of their outputs,
     *     axis 0, stays as it is; what is new of their inputs, axis 1, becomes zero, so that results are what they were
     * @throws IllegalArgumentException if another one is missing, or one has another shape, listing every difference
     */
    void loadWritten(Map<String, FloatTensor> values, Pattern growing, Map<String, Integer> widening) {
        try (NDManager work = manager.newSubManager()) {
            Map<String, NDArray> own = new TreeMap<>();
            arrays.forEach((name, mine) -> {
                FloatTensor given = values.get(name);
                if (given == null && isOfNewBlock(name, values, growing)) {
                    own.put(name, work.create(mine.toFloatArray(), mine.getShape()));
                } else if (given != null) {
                    Integer axis = widening.get(name);
                    FloatTensor whole = axis == null ? given : widened(given, mine, axis);
                    long[] shape =
                            whole.shape().stream().mapToLong(Long::longValue).toArray();
                    NDArray array = work.create(whole.values(), new Shape(shape));
                    boolean transposed = shape.length == 2 && name.endsWith("." + Linear.WEIGHT);
                    own.put(name, transposed ? array.transpose() : array);
                }
            });
            load(own);
        }
    }

    /** What is given, with what an array that is larger along the axis has beyond it; else what is given. */
    private static FloatTensor widened(FloatTensor given, NDArray mine, int axis) {
        List<Long> shape = new ArrayList<>(given.shape());
        long[] larger = mine.getShape().getShape();
        if (shape.size() != larger.length || shape.get(axis) >= larger[axis]) {
            return given;
        }
        shape.set(axis, larger[axis]);
        if (!new Shape(shape).equals(mine.getShape())) {
            return given;
        }
        float[] all = axis == 0 ? mine.toFloatArray() : new float[Math.toIntExact(mine.size())];
        int rows = axis == 0 ? 1 : Math.toIntExact(larger[0]);
        int from = given.values().length / rows;
        int to = all.length / rows;
        for (int row = 0; row < rows; row++) {
            System.arraycopy(given.values(), row * from, all, row * to, from);
        }
        return new FloatTensor(shape, all);
    }

    private static boolean isOfNewBlock(String name, Map<String, FloatTensor> values, Pattern growing) {
        Matcher block = growing.matcher(name);
        return block.lookingAt() && values.keySet().stream().noneMatch(other -> other.startsWith(block.group()));
    }

    Parameter create(String name, Initialisation initialisation, long... shape) {
        if (arrays.containsKey(name)) {
            throw new IllegalArgumentException("Two arrays are called " + name);
        }
        int size = Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
        Random random = new Random(seed ^ hash(name));
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = initialisation.next(random);
        }
        NDArray array = manager.create(values, new Shape(shape));
        array.setRequiresGradient(true);
        arrays.put(name, array);
        return new Parameter(name, array);
    }

    /** A constant that is not trained; made once a shape. */
    NDArray constant(float value, long... shape) {
        return constants.computeIfAbsent(
                value + ":" + new Shape(shape), key -> manager.full(new Shape(shape), value, DataType.FLOAT32));
    }

    NDArray constant(String name, float... values) {
        return constants.computeIfAbsent(name, key -> manager.create(values));
    }

    private static long hash(String name) {
        long hash = FNV_OFFSET;
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    @Override
    public void close() {
        manager.close();
    }
}
