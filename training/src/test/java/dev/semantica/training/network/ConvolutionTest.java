package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionTest {

    private static final int ROWS = 3;
    private static final int SIDE = 8;

    @ParameterizedTest
    @CsvSource({"16, 16", "12, 48", "24, 32", "16, 3", "96, 6", "6, 80", "40, 24", "33, 17"})
    void resultAndGradientsAreThoseOfTheDefinition(int in, int out) {
        Random random = new Random(7);
        float[] x = numbers(random, ROWS * in * SIDE * SIDE);
        float[] weight = numbers(random, out * in * 9);
        float[] wanted = numbers(random, ROWS * out * SIDE * SIDE);
        try (NDManager manager = NDManager.newBaseManager()) {
            Weights weights = new Weights(manager, 1);
            Convolution convolution = new Convolution(Scope.of(weights), in, out, 3, 1);
            NDArray kernel = weights.all().get("weight");
            kernel.setRequiresGradient(false);
            kernel.set(weight);
            kernel.setRequiresGradient(true);
            NDArray input = manager.create(x, new Shape(ROWS, in, SIDE, SIDE));
            input.setRequiresGradient(true);
            // What arrays leave behind in memory must not count.
            for (int i = 0; i < 50; i++) {
                float[] rest = new float[ROWS * 96 * SIDE * SIDE];
                Arrays.fill(rest, Float.NaN);
                manager.create(rest).close();
            }

            float[] found;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray result = convolution.forward(input);
                found = result.toFloatArray();
                collector.backward(
                        result.mul(manager.create(wanted, result.getShape())).sum());
            }

            Layer layer = new Layer(in, out);
            assertThat(worst(found, layer.forward(x, weight))).isLessThan(1e-4);
            assertThat(worst(input.getGradient().toFloatArray(), layer.inputGradient(wanted, weight)))
                    .isLessThan(1e-4);
            assertThat(worst(kernel.getGradient().toFloatArray(), layer.weightGradient(wanted, x)))
                    .isLessThan(1e-4);
        }
    }

    /** The largest difference; infinite where a number is none. */
    private static double worst(float[] found, float[] defined) {
        assertThat(found).hasSameSizeAs(defined);
        double worst = 0;
        for (int i = 0; i < found.length; i++) {
            double difference = Math.abs(found[i] - defined[i]);
            worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
        return worst;
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian() / 4;
        }
        return numbers;
    }

    /** A 3×3 convolution that keeps the side, and its derivatives, as they are defined. */
    private record Layer(int in, int out) {

        float[] forward(float[] x, float[] weight) {
            return sums(ROWS * out * SIDE * SIDE, (i, o) -> o.out(), (i, o) -> x[i] * (double) weight[o.weight()]);
        }

        float[] inputGradient(float[] gradient, float[] weight) {
            return sums(
                    ROWS * in * SIDE * SIDE, (i, o) -> i, (i, o) -> gradient[o.out()] * (double) weight[o.weight()]);
        }

        float[] weightGradient(float[] gradient, float[] x) {
            return sums(out * in * 9, (i, o) -> o.weight(), (i, o) -> gradient[o.out()] * (double) x[i]);
        }

        private float[] sums(
                int size, ToDoubleBiFunction<Integer, Term> to, ToDoubleBiFunction<Integer, Term> product) {
            double[] sums = new double[size];
            for (int row = 0; row < ROWS; row++) {
                for (int o = 0; o < out; o++) {
                    for (int i = 0; i < in; i++) {
                        for (int tap = 0; tap < 9; tap++) {
                            for (int at = 0; at < SIDE * SIDE; at++) {
                                int y = at / SIDE + tap / 3 - 1;
                                int x = at % SIDE + tap % 3 - 1;
                                if (y >= 0 && x >= 0 && y < SIDE && x < SIDE) {
                                    int source = ((row * in + i) * SIDE + y) * SIDE + x;
                                    Term term = new Term((row * out + o) * SIDE * SIDE + at, (o * in + i) * 9 + tap);
                                    sums[(int) to.applyAsDouble(source, term)] += product.applyAsDouble(source, term);
                                }
                            }
                        }
                    }
                }
            }
            float[] floats = new float[size];
            for (int i = 0; i < size; i++) {
                floats[i] = (float) sums[i];
            }
            return floats;
        }
    }

    private record Term(int out, int weight) {}
}
