package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoiseTest {

    /** Seeds that follow one another made the first row's condition be dropped not once in 4,000 steps. */
    @Test
    void theFirstNumbersOfStepsAreIndependent() {
        int dropped = 0;
        double product = 0;
        double before = 0;
        int steps = 4000;
        for (int step = 0; step < steps; step++) {
            double number = Noise.random(42, step).nextDouble();
            dropped += number < 0.1 ? 1 : 0;
            product += (number - 0.5) * (before - 0.5);
            before = number;
        }
        assertThat(dropped).isBetween(320, 480);
        assertThat(product / steps * 12).isBetween(-0.06, 0.06);
    }

    @Test
    void aStepIsAlwaysTheSame() {
        assertThat(Noise.random(1, 2).nextLong()).isEqualTo(Noise.random(1, 2).nextLong());
        assertThat(Noise.random(1, 2).nextLong())
                .isNotEqualTo(Noise.random(2, 2).nextLong());
    }
}
