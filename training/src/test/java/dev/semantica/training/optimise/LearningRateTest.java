package dev.semantica.training.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {

    /** Up in a line over ten steps, level to the middle, and down along half a cosine; a third of the way is at 3/4. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.002",
        "4, 0.010",
        "8, 0.018",
        "9, 0.020",
        "10, 0.020",
        "59, 0.020",
        "60, 0.020",
        "80, 0.015",
        "90, 0.010",
        "100, 0.005",
        "120, 0.00002",
        "500, 0.00002"
    })
    void risesStaysAndFalls(long step, double expected) {
        assertThat(new LearningRate(0.02, 10, 0.5, 120).at(step)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void neverRisesAgainAndEndsAboveZero() {
        LearningRate rate = new LearningRate(1, 0, 0.25, 40);

        for (int step = 1; step < 40; step++) {
            assertThat(rate.at(step)).isPositive().isLessThanOrEqualTo(rate.at(step - 1));
        }
        assertThat(rate.at(0)).isEqualTo(1);
        // The last of thirty steps down.
        assertThat(rate.at(39)).isCloseTo((1 + Math.cos(Math.PI * 29 / 30)) / 2, within(1e-12));
    }

    @Test
    void aShareOfOneIsNoDecay() {
        LearningRate rate = new LearningRate(0.3, 2, 1, 10);

        assertThat(rate.at(0)).isEqualTo(0.15);
        for (int step = 1; step <= 10; step++) {
            assertThat(rate.at(step)).isEqualTo(0.3);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0.5, 10", "0.1, -1, 0.5, 10", "0.1, 1, 1.5, 10", "0.1, 1, 0.5, 0"})
    void whatMakesNoSenseIsRefused(double peak, long warmup, double decayFrom, long steps) {
        assertThatThrownBy(() -> new LearningRate(peak, warmup, decayFrom, steps))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but they are " + peak);
    }
}
