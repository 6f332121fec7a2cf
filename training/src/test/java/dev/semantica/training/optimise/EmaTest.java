package dev.semantica.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with the same arithmetic in doubles. */
class EmaTest {

    private static final double[] START = {1, -2, 0.5};

    /** A decay that binds after two updates, one that does after eighty, and one that the warm-up never reaches here. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.9, 0.999})
    void aShareOfTheWeightsIsTakenInAfterAWarmUp(double decay) {
        double[] expected = START.clone();
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray weight = manager.create(floats(START), new Shape(3));
            try (Ema ema = new Ema(decay, weights(weight), manager)) {
                for (int n = 0; n < 120; n++) {
                    weight.muli(0.97f).addi(0.1f);
                    float[] now = weight.toFloatArray();
                    ema.update(n);
                    double kept = Math.min(decay, (1 + n) / (10.0 + n));
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] = kept * expected[i] + (1 - kept) * now[i];
                        assertThat((double) ema.averages().get("w").toFloatArray()[i])
                                .as("value %d after update %d", i, n)
                                .isCloseTo(expected[i], within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void startsAtTheWeightsAndLeavesThemAlone() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray weight = manager.create(floats(START), new Shape(3));
            try (Ema ema = new Ema(0.9, weights(weight), manager)) {
                assertThat(ema.averages().get("w").toFloatArray()).isEqualTo(floats(START));

                weight.muli(2f);
                ema.update(0);

                assertThat(weight.toFloatArray()).containsExactly(2, -4, 1);
            }
        }
    }

    @Test
    void aDecayOfOneIsRefused() {
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> new Ema(1, new TreeMap<>(), manager)).hasMessageContaining("below 1, but is 1.0");
        }
    }

    private static SortedMap<String, NDArray> weights(NDArray weight) {
        return new TreeMap<>(Map.of("w", weight));
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
