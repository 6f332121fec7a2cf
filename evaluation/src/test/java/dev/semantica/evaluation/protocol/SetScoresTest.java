package dev.semantica.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.evaluation.metric.FeatureMatrix;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetScoresTest {

    private static final int DIMENSION = 6;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 100, 101})
    void everyMetricIsANumberOrHasAReasonWhyNot(int rows) {
        Map<String, String> missing = new TreeMap<>();

        SetScores found = SetScores.of(random(120, 1), random(rows, 2), 3, missing);

        assertThat(found.values().values()).allMatch(Double::isFinite);
        assertThat(found.values().containsKey("frechet_distance")).isEqualTo(rows > DIMENSION);
        assertThat(missing.containsKey("frechet_distance")).isEqualTo(rows <= DIMENSION);
        assertThat(found.values().containsKey("kernel_distance")).isEqualTo(rows >= 2);
        for (int k : new int[] {3, 5}) {
            assertThat(found.values().containsKey("recall_" + k)).isEqualTo(rows > k);
            assertThat(missing.containsKey("precision, recall, density, coverage, k = " + k))
                    .isEqualTo(rows <= k);
        }
        assertThat(found.kernelError() != null).isEqualTo(rows > 100);
        assertThat(missing.values()).allSatisfy(why -> assertThat(why).contains("found " + rows));
    }

    @ParameterizedTest
    @ValueSource(ints = {150, 40})
    void imagesThatAreAllTheSameGiveNumbersToo(int rows) {
        FeatureMatrix same = new FeatureMatrix(rows, DIMENSION, new double[rows * DIMENSION]);

        SetScores found = SetScores.of(same, same, 3, new TreeMap<>());

        assertThat(found.values()).containsEntry("frechet_distance", 0.0).containsEntry("recall_3", 1.0);
        assertThat(found.values().values()).allMatch(Double::isFinite);
    }

    private static FeatureMatrix random(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[rows * DIMENSION];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble();
        }
        return new FeatureMatrix(rows, DIMENSION, values);
    }
}
