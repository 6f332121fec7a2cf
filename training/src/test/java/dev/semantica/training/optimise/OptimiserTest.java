package dev.semantica.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Compared with the same arithmetic in doubles. The loss is the sum of w·g, so that the gradient is g. */
class OptimiserTest {

    private static final double RATE = 0.01;
    private static final double DECAY = 0.1;
    private static final double CLIP = 2;

    @Test
    void adamWMovesAsItsPaperSays() {
        double[] weight = {0.5, -1, 2, 0.25, 3, -0.75};
        double[] expected = weight.clone();
        double[] first = new double[6];
        double[] second = new double[6];
        try (NDManager manager = NDManager.newBaseManager();
                NDArray array = array(manager, weight, 2, 3);
                Optimiser optimiser = new Optimiser(settings(false), weights("kernel", array), manager)) {
            for (int step = 1; step <= 5; step++) {
                double[] gradient = gradient(step, 6);
                double scale = Math.min(1, CLIP / norm(gradient));
                assertThat(step(optimiser, manager, array, gradient)).isCloseTo(norm(gradient), within(1e-4));
                for (int i = 0; i < 6; i++) {
                    double g = gradient[i] * scale;
                    first[i] = 0.9 * first[i] + 0.1 * g;
                    second[i] = 0.99 * second[i] + 0.01 * g * g;
                    double firstHat = first[i] / (1 - Math.pow(0.9, step));
                    double secondHat = second[i] / (1 - Math.pow(0.99, step));
                    expected[i] = expected[i] * (1 - RATE * DECAY) - RATE * firstHat / (Math.sqrt(secondHat) + 1e-8);
                }
                close(array, expected, 1e-5);
            }
            assertThat(optimiser.steps()).isEqualTo(5);
            assertThat(optimiser.state()).containsOnlyKeys("kernel:first", "kernel:second");
        }
    }

    @Test
    void biasesDoNotDecay() {
        try (NDManager manager = NDManager.newBaseManager();
                NDArray array = array(manager, new double[] {1, -1}, 2);
                Optimiser optimiser = new Optimiser(settings(true), weights("bias", array), manager)) {
            step(optimiser, manager, array, new double[] {0, 0});
            close(array, new double[] {1, -1}, 1e-7);
        }
    }

    /** One shape twice, once lying, and once a kernel; matrices of a shape move together, and each as if it were alone. */
    @Test
    void muonMovesAlongOrthogonalMatrices() {
        List<String> names =
                List.of("a.weight", "b.weight", "c.weight", "d.weight", "e.weight", "f.weight", "g.weight");
        long[][] shapes = {{16, 20}, {20, 16}, {16, 20}, {18, 16}, {16, 5, 2, 2}, {16, 12, 3, 3}, {80, 17}};
        try (NDManager manager = NDManager.newBaseManager()) {
            SortedMap<String, NDArray> weights = new TreeMap<>();
            List<double[]> expected = new ArrayList<>();
            List<double[][]> momenta = new ArrayList<>();
            for (int k = 0; k < shapes.length; k++) {
                int size = (int) new Shape(shapes[k]).size();
                int rows = (int) shapes[k][0];
                expected.add(gradient(77 + k, size));
                momenta.add(new double[rows][size / rows]);
                NDArray array = array(manager, expected.get(k), shapes[k]);
                weights.put(names.get(k), array);
            }
            try (Optimiser optimiser = new Optimiser(settings(true), weights, manager)) {
                assertThat(optimiser.state().keySet())
                        .containsExactlyElementsOf(
                                names.stream().map(name -> name + ":first").toList());
                for (int step = 1; step <= 3; step++) {
                    List<double[]> gradients = new ArrayList<>();
                    double squares = 0;
                    for (int k = 0; k < shapes.length; k++) {
                        gradients.add(gradient(10 * step + k, expected.get(k).length));
                        squares += Math.pow(norm(gradients.get(k)), 2);
                    }
                    double scale = Math.min(1, CLIP / Math.sqrt(squares));
                    step(optimiser, manager, weights, gradients);
                    for (int k = 0; k < shapes.length; k++) {
                        muon(expected.get(k), momenta.get(k), gradients.get(k), scale);
                        close(weights.get(names.get(k)), expected.get(k), 1e-4);
                    }
                }
            }
        }
    }

    /** As the gradient of a layer is that a few inputs move; most directions are then no more than rounding. */
    @Test
    void muonBearsGradientsOfLowRank() {
        int rows = 48;
        int columns = 160;
        double[] rank = gradient(5, rows + columns);
        double[] gradient = gradient(6, rows * columns);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = rank[i / columns] * rank[rows + i % columns] + 1e-5 * gradient[i];
        }
        double[] expected = gradient(7, gradient.length);
        try (NDManager manager = NDManager.newBaseManager();
                NDArray array = array(manager, expected, rows, columns);
                Optimiser optimiser = new Optimiser(settings(true), weights("a.weight", array), manager)) {
            double scale = Math.min(1, CLIP / norm(gradient));
            double[][] momentum = new double[rows][columns];
            for (int step = 0; step < 3; step++) {
                step(optimiser, manager, new TreeMap<>(Map.of("a.weight", array)), List.of(gradient));
                muon(expected, momentum, gradient, scale);
                close(array, expected, 3e-6);
            }
        }
    }

    private static void muon(double[] weight, double[][] momentum, double[] gradient, double scale) {
        int rows = momentum.length;
        int columns = momentum[0].length;
        double[][] direction = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double g = gradient[i * columns + j] * scale;
                momentum[i][j] = 0.95 * momentum[i][j] + g;
                direction[i][j] = g + 0.95 * momentum[i][j];
            }
        }
        double[][] orthogonal =
                rows > columns ? transposed(newtonSchulz(transposed(direction))) : newtonSchulz(direction);
        for (int i = 0; i < rows * columns; i++) {
            weight[i] = weight[i] * (1 - RATE * DECAY)
                    - RATE * 0.2 * Math.sqrt(Math.max(rows, columns)) * orthogonal[i / columns][i % columns];
        }
    }

    @Test
    void whatIsNotFiniteMovesNothing() {
        try (NDManager manager = NDManager.newBaseManager();
                NDArray array = array(manager, new double[] {1, 2}, 2);
                Optimiser optimiser = new Optimiser(settings(false), weights("bias", array), manager)) {
            assertThat(step(optimiser, manager, array, new double[] {Double.NaN, 1}))
                    .isNaN();
            close(array, new double[] {1, 2}, 0);
            assertThat(optimiser.steps()).isZero();
        }
    }

    /** Five iterations of the quintic of Jordan et al. 2024. */
    private static double[][] newtonSchulz(double[][] matrix) {
        double length = 0;
        for (double[] row : matrix) {
            for (double value : row) {
                length += value * value;
            }
        }
        double[][] x = scaled(matrix, 1 / (Math.sqrt(length) + 1e-7));
        for (int i = 0; i < 5; i++) {
            double[][] square = product(x, transposed(x));
            double[][] polynomial = sum(scaled(square, -4.7750), scaled(product(square, square), 2.0315));
            x = sum(scaled(x, 3.4445), product(polynomial, x));
        }
        return x;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }

    private static double[][] transposed(double[][] a) {
        double[][] transposed = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                transposed[j][i] = a[i][j];
            }
        }
        return transposed;
    }

    private static double[][] scaled(double[][] a, double by) {
        double[][] scaled = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                scaled[i][j] = a[i][j] * by;
            }
        }
        return scaled;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                sum[i][j] = a[i][j] + b[i][j];
            }
        }
        return sum;
    }

    private static Optimiser.Settings settings(boolean muon) {
        return new Optimiser.Settings(0.9, 0.99, 1e-8, DECAY, CLIP, muon, 0.95);
    }

    private static SortedMap<String, NDArray> weights(String name, NDArray array) {
        return new TreeMap<>(Map.of(name, array));
    }

    private static NDArray array(NDManager manager, double[] values, long... shape) {
        NDArray array = manager.create(floats(values), new Shape(shape));
        array.setRequiresGradient(true);
        return array;
    }

    private static double step(Optimiser optimiser, NDManager manager, NDArray weight, double[] gradient) {
        return step(optimiser, manager, weights("weight", weight), List.of(gradient));
    }

    private static double step(
            Optimiser optimiser, NDManager manager, SortedMap<String, NDArray> weights, List<double[]> gradients) {
        try (NDManager work = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray loss = work.create(0f);
            Iterator<double[]> gradient = gradients.iterator();
            for (NDArray weight : weights.values()) {
                NDArray along = work.create(floats(gradient.next()), weight.getShape());
                loss = loss.add(weight.mul(along).sum());
            }
            collector.backward(loss);
        }
        return optimiser.step(RATE);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] gradient(int seed, int size) {
        Random random = new Random(seed);
        double[] gradient = new double[size];
        for (int i = 0; i < size; i++) {
            gradient[i] = random.nextGaussian();
        }
        return gradient;
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private static void close(NDArray array, double[] expected, double tolerance) {
        float[] found = array.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(tolerance));
        }
    }
}
