package dev.semantica.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The search in blocks and tiles against one that looks at every pair. */
class NeighbourhoodsTest {

    @ParameterizedTest
    @CsvSource({"6, 6, 1, 3", "64, 129, 7, 5", "130, 65, 3, 3", "257, 200, 10, 5"})
    void isWhatEveryPairSays(int reals, int others, int dimension, int k) {
        FeatureMatrix real = random(reals, dimension, 1, 1);
        FeatureMatrix generated = random(others, dimension, 2, 0.7);

        assertThat(Neighbourhoods.of(real, generated, k)).isEqualTo(byHand(real, generated, k));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void isUndefinedForNoMoreThanKImages(int k) {
        FeatureMatrix few = random(k, 4, 1, 1);
        FeatureMatrix many = random(40, 4, 2, 1);

        for (List<FeatureMatrix> pair : List.of(List.of(few, many), List.of(many, few))) {
            assertThatExceptionOfType(TooFewImagesException.class)
                    .isThrownBy(() -> Neighbourhoods.of(pair.get(0), pair.get(1), k))
                    .withMessageContaining("needs at least " + (k + 1) + " images in each set, found " + k);
        }
    }

    private static Neighbourhoods byHand(FeatureMatrix real, FeatureMatrix generated, int k) {
        int precise = 0;
        int around = 0;
        for (int j = 0; j < generated.rows(); j++) {
            int balls = 0;
            for (int i = 0; i < real.rows(); i++) {
                balls += square(real, i, generated, j) <= radius(real, i, k) ? 1 : 0;
            }
            precise += balls > 0 ? 1 : 0;
            around += balls;
        }
        int recalled = 0;
        int covered = 0;
        for (int i = 0; i < real.rows(); i++) {
            boolean inside = false;
            boolean near = false;
            for (int j = 0; j < generated.rows(); j++) {
                double square = square(real, i, generated, j);
                inside |= square <= radius(generated, j, k);
                near |= square <= radius(real, i, k);
            }
            recalled += inside ? 1 : 0;
            covered += near ? 1 : 0;
        }
        return new Neighbourhoods(
                precise / (double) generated.rows(),
                recalled / (double) real.rows(),
                around / ((double) k * generated.rows()),
                covered / (double) real.rows());
    }

    private static double radius(FeatureMatrix set, int i, int k) {
        double[] squares = new double[set.rows()];
        for (int j = 0; j < squares.length; j++) {
            squares[j] = square(set, i, set, j);
        }
        Arrays.sort(squares);
        // The first one is the point itself.
        return squares[k];
    }

    private static double square(FeatureMatrix a, int i, FeatureMatrix b, int j) {
        double sum = 0;
        for (int f = 0; f < a.dimension(); f++) {
            sum += (a.get(i, f) - b.get(j, f)) * (a.get(i, f) - b.get(j, f));
        }
        return sum;
    }

    private static FeatureMatrix random(int rows, int dimension, long seed, double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[rows * dimension];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * (random.nextDouble() + random.nextDouble() - 1);
        }
        return new FeatureMatrix(rows, dimension, values);
    }
}
