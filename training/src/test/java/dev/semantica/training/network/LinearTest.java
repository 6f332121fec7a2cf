package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {

    /** Images and tokens of each, so that few rows, many rows, odd ones and layers of half blocks are all here. */
    @ParameterizedTest
    @CsvSource({"3, 5, 32, 48", "15, 69, 32, 48", "16, 64, 32, 48", "32, 64, 48, 16", "16, 64, 24, 32", "16, 64, 32, 6"
    })
    void resultAndGradientsAreThoseOfTheDefinition(int images, int tokens, int in, int out) {
        Random random = new Random(7);
        int rows = images * tokens;
        float[][] x = numbers(random, rows, in);
        float[][] weight = numbers(random, out, in);
        float[][] bias = numbers(random, 1, out);
        float[][] wanted = numbers(random, rows, out);
        try (NDManager manager = NDManager.newBaseManager()) {
            Weights weights = new Weights(manager, 1);
            Linear linear = new Linear(Scope.of(weights), in, out);
            NDArray matrix = set(weights.all().get("weight"), weight);
            NDArray offset = set(weights.all().get("bias"), bias);
            NDArray input = manager.create(flat(x), new Shape(images, tokens, in));
            input.setRequiresGradient(true);
            int before = weights.manager().getManagedArrays().size();

            float[] found;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray result = linear.forward(input);
                assertThat(result.getShape()).isEqualTo(new Shape(images, tokens, out));
                found = result.toFloatArray();
                collector.backward(result.mul(manager.create(flat(wanted), result.getShape()))
                        .sum());
            }

            assertThat(weights.manager().getManagedArrays())
                    .as("what a step leaves with the weights")
                    .hasSize(before);
            assertNear(found, product(x, transposed(weight), bias[0]));
            assertNear(input.getGradient().toFloatArray(), product(wanted, weight, new float[in]));
            assertNear(matrix.getGradient().toFloatArray(), product(transposed(wanted), x, new float[in]));
            float[][] ones = new float[1][rows];
            Arrays.fill(ones[0], 1);
            assertNear(offset.getGradient().toFloatArray(), product(ones, wanted, new float[out]));
        }
    }

    private static NDArray set(NDArray parameter, float[][] values) {
        parameter.setRequiresGradient(false);
        parameter.set(flat(values));
        parameter.setRequiresGradient(true);
        return parameter;
    }

    private static void assertNear(float[] found, float[][] defined) {
        float[] all = flat(defined);
        assertThat(found).hasSameSizeAs(all);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(all[i], within(2e-4f));
        }
    }

    /** a b + c for every row of a. */
    private static float[][] product(float[][] a, float[][] b, float[] c) {
        float[][] result = new float[a.length][c.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < c.length; j++) {
                double sum = c[j];
                for (int k = 0; k < b.length; k++) {
                    sum += a[i][k] * (double) b[k][j];
                }
                result[i][j] = (float) sum;
            }
        }
        return result;
    }

    private static float[][] transposed(float[][] matrix) {
        float[][] result = new float[matrix[0].length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[0].length; j++) {
                result[j][i] = matrix[i][j];
            }
        }
        return result;
    }

    private static float[] flat(float[][] matrix) {
        float[] flat = new float[matrix.length * matrix[0].length];
        for (int i = 0; i < matrix.length; i++) {
            System.arraycopy(matrix[i], 0, flat, i * matrix[0].length, matrix[0].length);
        }
        return flat;
    }

    private static float[][] numbers(Random random, int rows, int columns) {
        float[][] numbers = new float[rows][columns];
        for (float[] row : numbers) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian() / 4;
            }
        }
        return numbers;
    }
}
