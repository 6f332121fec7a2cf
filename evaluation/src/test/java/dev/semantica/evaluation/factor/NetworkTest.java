package dev.semantica.evaluation.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NetworkTest {

    private static final int PICTURES = 3;
    private static final int OUTPUTS = 5;

    private final Network network = new Network(16, List.of(6, 7), 9, OUTPUTS);

    @Test
    void addsProductsOfAnyShape() {
        SplittableRandom random = new SplittableRandom(3);
        for (int[] shape : new int[][] {{1, 1, 1}, {3, 7, 5}, {2, 70, 1100}, {5, 64, 33}}) {
            Rows a = filled(shape[0], shape[1], random);
            Rows b = filled(shape[1], shape[2], random);
            Rows c = Rows.of(shape[0], shape[2]);
            Matrices.addProduct(a, b, c, shape[0], shape[1], shape[2]);
            for (int i = 0; i < shape[0]; i++) {
                for (int j = 0; j < shape[2]; j++) {
                    double sum = 0;
                    for (int k = 0; k < shape[1]; k++) {
                        sum += (double) a.row(i)[k] * b.row(k)[j];
                    }
                    assertThat((double) c.row(i)[j]).isCloseTo(sum, within(1e-3));
                }
            }
        }
    }

    @Test
    void findsTheSlopesThatDifferencesShow() {
        float[][] parameters = network.initial(1);
        float[][] gradient = network.zeros();
        Network.Pass pass = network.pass(PICTURES);
        fill(pass);
        Rows weights = filled(PICTURES, OUTPUTS, new SplittableRandom(8));
        pass.forward(parameters, PICTURES, true);
        pass.backward(parameters, PICTURES, weights, gradient);
        // The rows that no gradient reaches are the kept moments.
        assertThat(gradient[6 + 2]).containsOnly(0);

        SplittableRandom random = new SplittableRandom(9);
        double error = 0;
        double size = 0;
        for (int trial = 0; trial < 300; trial++) {
            int i = random.nextInt(parameters.length);
            int j = random.nextInt(parameters[i].length);
            if (i >= 6 && i < 10 && i - 6 >= 2) {
                continue;
            }
            float before = parameters[i][j];
            parameters[i][j] = before + 1e-3f;
            double above = loss(pass, parameters, weights);
            parameters[i][j] = before - 1e-3f;
            double below = loss(pass, parameters, weights);
            parameters[i][j] = before;
            double slope = (above - below) / 2e-3;
            error += Math.pow(slope - gradient[i][j], 2);
            size += slope * slope;
        }
        // A ReLU may switch between the two; all others agree.
        assertThat(Math.sqrt(error / size)).isLessThan(0.03);
    }

    @Test
    void normalisesByTheKeptMomentsAfterTraining() {
        float[][] parameters = network.initial(1);
        Network.Pass pass = network.pass(PICTURES);
        fill(pass);
        float[] own = pass.forward(parameters, PICTURES, true).row(0).clone();
        pass.keepMoments(parameters, 1);
        // The first layer's are now the same; those of the second follow from them.
        fill(pass);
        assertThat(pass.forward(parameters, PICTURES, false).row(0)).containsExactly(own, within(1e-3f));
    }

    private double loss(Network.Pass pass, float[][] parameters, Rows weights) {
        Rows outputs = pass.forward(parameters, PICTURES, true);
        double loss = 0;
        for (int p = 0; p < PICTURES; p++) {
            for (int o = 0; o < OUTPUTS; o++) {
                loss += (double) outputs.row(p)[o] * weights.row(p)[o];
            }
        }
        return loss;
    }

    private static void fill(Network.Pass pass) {
        SplittableRandom random = new SplittableRandom(5);
        for (int c = 0; c < 3; c++) {
            float[] row = pass.input().row(c);
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
    }

    private static Rows filled(int rows, int columns, SplittableRandom random) {
        Rows filled = Rows.of(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                filled.row(i)[j] = (float) random.nextGaussian();
            }
        }
        return filled;
    }
}
