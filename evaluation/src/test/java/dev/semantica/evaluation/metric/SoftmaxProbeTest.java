package dev.semantica.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class SoftmaxProbeTest {

    @Test
    void separatesWhatIsSeparableAndGuessesWhatIsNot() {
        FeatureMatrix noise = GoldenMetricsTest.random(300, 4, 1);
        int[] labels = new int[300];
        double[] shifted = noise.values().clone();
        for (int i = 0; i < 300; i++) {
            labels[i] = i % 3;
            shifted[4 * i + labels[i]] += 6;
        }
        FeatureMatrix clusters = new FeatureMatrix(300, 4, shifted);

        assertThat(SoftmaxProbe.train(clusters, labels, 3).accuracy(clusters, labels))
                .isEqualTo(1);
        FeatureMatrix other = GoldenMetricsTest.random(300, 4, 2);
        assertThat(SoftmaxProbe.train(noise, labels, 3).accuracy(other, labels)).isBetween(0.2, 0.47);
    }

    @Test
    void aConstantFeatureDoesNoHarm() {
        FeatureMatrix flat = new FeatureMatrix(4, 2, new double[] {5, -1, 5, -2, 5, 1, 5, 2});

        assertThat(SoftmaxProbe.train(flat, new int[] {0, 0, 1, 1}, 2).accuracy(flat, new int[] {0, 0, 1, 1}))
                .isEqualTo(1);
    }

    @Test
    void asLinearFunctionItChoosesTheSame() {
        FeatureMatrix vectors = GoldenMetricsTest.random(60, 3, 3);
        int[] labels = new int[60];
        for (int i = 0; i < 60; i++) {
            labels[i] = vectors.get(i, 0) + 2 * vectors.get(i, 1) > 0.3 ? 1 : 0;
        }
        SoftmaxProbe probe = SoftmaxProbe.train(vectors, labels, 2, 0.001);
        double[][] weights = probe.linear();
        int right = 0;
        for (int i = 0; i < 60; i++) {
            double lead = weights[1][3] - weights[0][3];
            for (int j = 0; j < 3; j++) {
                lead += (weights[1][j] - weights[0][j]) * vectors.get(i, j);
            }
            right += (lead > 0 ? 1 : 0) == labels[i] ? 1 : 0;
        }

        assertThat(right / 60.0).isEqualTo(probe.accuracy(vectors, labels)).isGreaterThan(0.9);
    }

    @Test
    void labelsMustBeAsManyAsVectors() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SoftmaxProbe.train(GoldenMetricsTest.random(3, 2, 1), new int[2], 2))
                .withMessageContaining("3 vectors with 2 labels");
    }
}
