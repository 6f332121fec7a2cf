package dev.semantica.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against values of an independent implementation. */
class GoldenMetricsTest {

    static Stream<JsonNode> cases() throws Exception {
        try (InputStream in = GoldenMetricsTest.class.getResourceAsStream("/metrics.json")) {
            List<JsonNode> cases = new ArrayList<>();
            new ObjectMapper().readTree(in).get("cases").forEach(cases::add);
            return cases.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void setMetricsAreTheGoldenOnes(JsonNode golden) {
        FeatureMatrix real = matrix(golden, "real", 1, 0.37, 1, 0.11, 0.013, 0);
        FeatureMatrix fake = matrix(
                golden,
                "fake",
                golden.get("a").asDouble(),
                0.41,
                2,
                0.29,
                0.017,
                golden.get("b").asDouble());

        near(FrechetDistance.between(real, fake), golden.get("frechet_distance"));
        near(KernelDistance.between(real, fake), golden.get("kernel_distance_poly3_unbiased"));
        golden.get("prdc").properties().forEach(entry -> {
            Neighbourhoods found = Neighbourhoods.of(real, fake, Integer.parseInt(entry.getKey()));
            near(found.precision(), entry.getValue().get("precision"));
            near(found.recall(), entry.getValue().get("recall"));
            near(found.density(), entry.getValue().get("density"));
            near(found.coverage(), entry.getValue().get("coverage"));
        });
    }

    @Test
    void aSetHasNoDistanceToItself() {
        FeatureMatrix set = random(60, 12, 1);

        assertThat(FrechetDistance.between(set, set)).isCloseTo(0, within(1e-9));
        assertThat(Neighbourhoods.of(set, set, 3)).isEqualTo(new Neighbourhoods(1, 1, 4 / 3.0, 1));
    }

    @Test
    void nearlySingularCovariancesStayAccurate() {
        // All but one direction nearly flat; in one dimension the distance is (σ₁ − σ₂)² in closed form.
        FeatureMatrix narrow = scaled(random(400, 6, 2), 1e-9);
        FeatureMatrix wide = new FeatureMatrix(400, 6, narrow.values().clone());
        for (int i = 0; i < 400; i++) {
            narrow.values()[6 * i] = i % 2 == 0 ? 1 : -1;
            wide.values()[6 * i] = i % 2 == 0 ? 3 : -3;
        }

        // σ = |v| · √(400 / 399).
        assertThat(FrechetDistance.between(narrow, wide)).isCloseTo(4 * 400 / 399.0, within(1e-9));
    }

    @Test
    void subsetsScatterAroundTheDistanceOfTheWhole() {
        FeatureMatrix a = random(300, 8, 3);
        FeatureMatrix b = scaled(random(300, 8, 4), 1.5);

        KernelDistance.Estimate estimate = KernelDistance.overSubsets(a, b, 100, 50, 5);

        assertThat(estimate.standardError()).isPositive();
        assertThat(estimate.mean()).isCloseTo(KernelDistance.between(a, b), within(5 * estimate.standardError()));
        assertThat(KernelDistance.overSubsets(a, b, 100, 50, 5)).isEqualTo(estimate);
    }

    @Test
    void tooFewImagesAreRefusedInWords() {
        assertThatExceptionOfType(TooFewImagesException.class)
                .isThrownBy(() -> FrechetDistance.between(random(12, 12, 1), random(50, 12, 2)))
                .withMessageContaining("at least 13 images in each set, found 12");
        assertThatExceptionOfType(TooFewImagesException.class)
                .isThrownBy(() -> Neighbourhoods.of(random(20, 4, 1), random(3, 4, 2), 3))
                .withMessageContaining("at least 4");
        assertThatExceptionOfType(TooFewImagesException.class)
                .isThrownBy(() -> KernelDistance.between(random(1, 4, 1), random(5, 4, 2)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> FrechetDistance.between(random(20, 4, 1), random(20, 5, 2)))
                .withMessageContaining("one encoder");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new FeatureMatrix(1, 2, new double[] {0, Double.NaN}))
                .withMessageContaining("must be finite");
    }

    static FeatureMatrix random(int rows, int dimension, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[rows * dimension];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble() + random.nextDouble() - 1;
        }
        return new FeatureMatrix(rows, dimension, values);
    }

    private static FeatureMatrix scaled(FeatureMatrix set, double scale) {
        double[] values = set.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale;
        }
        return new FeatureMatrix(set.rows(), set.dimension(), values);
    }

    private static FeatureMatrix matrix(
            JsonNode golden, String rows, double a, double rate, int shift, double phase, double square, double b) {
        int count = golden.get(rows).asInt();
        int dimension = golden.get("dim").asInt();
        int s = golden.get("s").asInt();
        double[] values = new double[count * dimension];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dimension; j++) {
                values[i * dimension + j] = a * Math.sin(rate * (i + 1) * (j + shift) + phase * s)
                        + 0.5 * Math.cos(square * (i + 1) * (i + 1) + j)
                        + b;
            }
        }
        return new FeatureMatrix(count, dimension, values);
    }

    private static void near(double found, JsonNode golden) {
        assertThat(found).isCloseTo(golden.asDouble(), within(1e-6 * Math.abs(golden.asDouble())));
    }
}
