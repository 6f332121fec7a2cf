package dev.semantica.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes steps: clips the gradient to a global norm, then moves matrices and kernels by Muon and everything else by AdamW.
 * All its memory can be saved and given back. Not safe for use by several threads.
 *
 * <p>AdamW: Loshchilov and Hutter 2019, algorithm 2. Muon: Jordan et al. 2024, momentum made orthogonal by five
 * Newton–Schulz iterations; its steps are scaled by 0.2·√(larger side) (Liu et al. 2025, arXiv 2502.16982), so that one
 * learning rate serves both.
 */
public final class Optimiser implements AutoCloseable {

    private static final double[] QUINTIC = {3.4445, -4.7750, 2.0315};
    private static final int ITERATIONS = 5;
    /** Columns to a row from which on products of rows are the cheaper way, 34 + 4 r instead of 10 + 20 r of rows³. */
    private static final double WIDE = 1.5;

    private static final double TINY = 1e-7;
    private static final int SMALLEST_MATRIX = 16;

    /**
     * How it steps.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon keeps the division finite
     * @param weightDecay decoupled from the gradient; matrices and kernels only
     * @param clip largest global norm of the gradient; 0: any
     * @param muon whether matrices and kernels are moved by Muon
     * @param momentum Muon's momentum
     */
    public record Settings(
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double clip,
            boolean muon,
            double momentum) {

        /** Refuses what makes no sense. */
        public Settings {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("beta1, beta2 and momentum must be at least 0 and below 1, but are "
                        + beta1 + ", " + beta2 + " and " + momentum);
            }
            if (!(epsilon > 0 && weightDecay >= 0 && clip >= 0)) {
                throw new IllegalArgumentException(
                        "epsilon must be positive, weightDecay and clip from 0, but they are " + epsilon + ", "
                                + weightDecay + " and " + clip);
            }
        }

        /** AdamW and Muon as they are usually set. */
        public static Settings defaults() {
            return new Settings(0.9, 0.99, 1e-8, 0.01, 1, true, 0.95);
        }
    }

    private final Settings settings;
    private final SortedMap<String, NDArray> weights;
    private final NDManager manager;
    private final SortedMap<String, NDArray> state = new TreeMap<>();
    private long steps;

    /**
     * Over weights that stay the caller's.
     *
     * @param weights by name; each requires a gradient
     * @param manager what closes its memory at the latest
     */
    public Optimiser(Settings settings, SortedMap<String, NDArray> weights, NDManager manager) {
        this.settings = settings;
        this.weights = new TreeMap<>(weights);
        this.manager = manager.newSubManager();
        this.weights.forEach((name, weight) -> {
            state.put(name + ":first", zeros(weight));
            if (!isMuons(name, weight)) {
                state.put(name + ":second", zeros(weight));
            }
        });
    }

    private NDArray zeros(NDArray like) {
        return manager.zeros(like.getShape(), DataType.FLOAT32);
    }

    /** What maps features to features, kernels among it; embeddings, norms and biases are moved by AdamW. */
    private boolean isMuons(String name, NDArray weight) {
        Shape shape = weight.getShape();
        return settings.muon()
                && name.endsWith(".weight")
                && shape.dimension() >= 2
                && Math.min(shape.get(0), shape.size() / shape.get(0)) >= SMALLEST_MATRIX;
    }

    /** Steps taken. */
    public long steps() {
        return steps;
    }

    /** What must be saved beside {@link #steps()}: arrays by name, which stay its own. */
    public SortedMap<String, NDArray> state() {
        return state;
    }

    /** Goes on after so many steps; its {@link #state()} was given back before. */
    public void resume(long taken) {
        steps = taken;
    }

    /**
     * Takes one step along the weights' gradients, and sets these to zero.
     *
     * @return the gradient's global norm before clipping; not finite: then nothing was moved
     */
    public double step(double rate) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            SortedMap<String, NDArray> gradients = new TreeMap<>();
            NDList lengths = new NDList(weights.size());
            weights.forEach((name, weight) -> {
                NDArray gradient = weight.getGradient();
                gradients.put(name, gradient);
                lengths.add(gradient.square().sum());
            });
            double squares = 0;
            for (float square : NDArrays.stack(lengths).toFloatArray()) {
                squares += square;
            }
            double norm = Math.sqrt(squares);
            if (!Double.isFinite(norm)) {
                return norm;
            }
            steps++;
            Factors by = factors(rate, norm);
            Map<Shape, List<Matrix>> matrices = new LinkedHashMap<>();
            for (Map.Entry<String, NDArray> weight : weights.entrySet()) {
                String name = weight.getKey();
                NDArray gradient = gradients.get(name);
                if (weight.getValue().getShape().dimension() >= 2 && settings.weightDecay() > 0) {
                    weight.getValue().muli(by.decay());
                }
                if (isMuons(name, weight.getValue())) {
                    Matrix matrix = matrix(name, weight.getValue(), gradient.mul(by.clip()), by);
                    matrices.computeIfAbsent(matrix.direction().getShape(), shape -> new ArrayList<>())
                            .add(matrix);
                } else {
                    move(name, weight.getValue(), gradient.mul(by.clip()), by);
                }
                gradient.muli(by.zero());
            }
            matrices.values().forEach(alike -> moveTogether(alike, rate));
            return norm;
        }
    }

    /** The numbers of a step, made once: on a GPU each number is a copy to it that everything waits for. */
    private record Factors(
            NDArray clip,
            NDArray decay,
            NDArray zero,
            NDArray momentum,
            NDArray firstKept,
            NDArray firstAdded,
            NDArray secondKept,
            NDArray secondAdded,
            NDArray secondBias,
            NDArray epsilon,
            NDArray move) {}

    private Factors factors(double rate, double norm) {
        double firstBias = 1 - Math.pow(settings.beta1(), (double) steps);
        double secondBias = 1 - Math.pow(settings.beta2(), (double) steps);
        return new Factors(
                number(settings.clip() > 0 && norm > settings.clip() ? settings.clip() / norm : 1),
                number(1 - rate * settings.weightDecay()),
                number(0),
                number(settings.momentum()),
                number(settings.beta1()),
                number(1 - settings.beta1()),
                number(settings.beta2()),
                number(1 - settings.beta2()),
                number(Math.sqrt(secondBias)),
                number(settings.epsilon()),
                number(rate / firstBias));
    }

    private NDArray number(double value) {
        return manager.create((float) value);
    }

    private void move(String name, NDArray weight, NDArray gradient, Factors by) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray first = state.get(name + ":first");
            NDArray second = state.get(name + ":second");
            first.muli(by.firstKept()).addi(gradient.mul(by.firstAdded()));
            second.muli(by.secondKept()).addi(gradient.square().mul(by.secondAdded()));
            NDArray root = second.sqrt().div(by.secondBias()).add(by.epsilon());
            weight.subi(first.div(root).mul(by.move()));
        }
    }

    /**
     * A matrix, or a kernel [out, in, height, width] as a matrix of out rows; and where Muon's momentum points, lying so
     * that rows are not more than columns.
     */
    private record Matrix(NDArray weight, NDArray direction) {

        boolean tall() {
            long rows = weight.getShape().get(0);
            return rows * rows > weight.getShape().size();
        }

        void move(NDArray by) {
            NDArray move = tall() ? by.transpose() : by;
            weight.subi(move.reshape(weight.getShape()));
        }
    }

    private Matrix matrix(String name, NDArray weight, NDArray gradient, Factors by) {
        NDArray first = state.get(name + ":first");
        first.muli(by.momentum()).addi(gradient);
        NDArray rows =
                gradient.add(first.mul(by.momentum())).reshape(weight.getShape().get(0), -1);
        Matrix matrix = new Matrix(weight, rows);
        return matrix.tall() ? new Matrix(weight, rows.transpose()) : matrix;
    }

    /** Matrices of one shape in one go: small products one by one would keep the cores waiting for one another. */
    private static void moveTogether(List<Matrix> alike, double rate) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDList directions = new NDList(alike.size());
            alike.forEach(matrix -> directions.add(matrix.direction()));
            NDArray orthogonal = orthogonal(NDArrays.stack(directions));
            NDArray moves = orthogonal.mul(
                    rate * 0.2 * Math.sqrt((double) orthogonal.getShape().get(2)));
            for (int i = 0; i < alike.size(); i++) {
                alike.get(i).move(moves.get(i));
            }
        }
    }

    /** For each of [n, rows, columns] the nearest matrix with orthogonal rows, roughly. */
    private static NDArray orthogonal(NDArray matrices) {
        NDArray length = matrices.square().sum(new int[] {1, 2}, true).sqrt();
        NDArray x = matrices.div(length.add(TINY));
        Shape shape = matrices.getShape();
        return shape.get(2) < WIDE * shape.get(1) ? iterated(x) : iteratedByRows(x);
    }

    private static NDArray iterated(NDArray start) {
        NDArray x = start;
        for (int i = 0; i < ITERATIONS; i++) {
            x = x.mul(QUINTIC[0]).add(polynomial(x.matMul(x.transpose(0, 2, 1))).matMul(x));
        }
        return x;
    }

    /**
     * The same by the products of rows alone: with A = x xᵀ an iteration is x ← P x and A ← P A P, where P = a + b A + c A²
     * commutes with A. So all P are multiplied before x is, and long rows are met twice instead of twice an iteration.
     */
    private static NDArray iteratedByRows(NDArray x) {
        NDArray identity = x.getManager().eye((int) x.getShape().get(1)).mul(QUINTIC[0]);
        NDArray square = x.matMul(x.transpose(0, 2, 1));
        NDArray factor = identity.add(polynomial(square));
        NDArray all = factor;
        for (int i = 1; i < ITERATIONS; i++) {
            square = factor.matMul(factor.matMul(square));
            factor = identity.add(polynomial(square));
            all = factor.matMul(all);
        }
        return all.matMul(x);
    }

    /** b A + c A². */
    private static NDArray polynomial(NDArray square) {
        return square.mul(QUINTIC[1]).add(square.matMul(square).mul(QUINTIC[2]));
    }

    @Override
    public void close() {
        manager.close();
    }
}
