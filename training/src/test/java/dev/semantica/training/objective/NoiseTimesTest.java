package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseTimesTest {

    @Test
    void uniformTimesAreTheirOwnQuantiles() {
        IntStream.range(0, 1000)
                .mapToDouble(i -> i / 1000.0)
                .forEach(share -> assertThat(NoiseTimes.UNIFORM.quantile(share)).isEqualTo(share));
    }

    @ParameterizedTest
    @CsvSource({"0, 1.0000001", "0.4, 0.7", "-1, 2"})
    void quantilesRiseFromZeroToBelowOne(double centre, double spread) {
        double[] times = IntStream.range(0, 1000)
                .mapToDouble(i -> new NoiseTimes(centre, spread).quantile(i / 1000.0))
                .toArray();

        assertThat(times[0]).isZero();
        assertThat(times[999]).isLessThan(1);
        for (int i = 1; i < times.length; i++) {
            assertThat(times[i]).isGreaterThan(times[i - 1]);
        }
    }

    @Test
    void theCentreIsTheMedianOfTheLogOdds() {
        double median = new NoiseTimes(0.4, 0.7).quantile(0.5);

        assertThat(Math.log(median / (1 - median))).isEqualTo(0.4, within(1e-12));
    }

    @Test
    void aSpreadBelowOneLeavesTheEndsAlone() {
        NoiseTimes times = new NoiseTimes(0, 0.5);

        // Odds of 1 to 9 are the quantile of odds of 1 to 81.
        assertThat(times.quantile(1 / 82.0)).isEqualTo(0.1, within(1e-12));
        assertThat(times.quantile(81 / 82.0)).isEqualTo(0.9, within(1e-12));
    }
}
