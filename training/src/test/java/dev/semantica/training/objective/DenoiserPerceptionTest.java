package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenoiserPerceptionTest {

    private static final float[] TIMES = {0.05f, 0.2f, 0.35f, 0.5f, 0.65f, 0.8f, 0.95f};
    private static final int[] ROWS = IntStream.range(0, TIMES.length).toArray();

    @Test
    void looksAtNoMorePairsThanAskedAndAtNoneTooLate() {
        DenoiserPerception perception = new DenoiserPerception(1, 0.7, 2);

        for (int seed = 0; seed < 20; seed++) {
            int[] looked = perception.looked(TIMES, new Random(seed)).of(ROWS);

            assertThat(looked).isNotEmpty().hasSizeLessThanOrEqualTo(2);
            for (int row : looked) {
                assertThat(TIMES[row]).isLessThanOrEqualTo(0.7f);
            }
        }
    }

    @Test
    void everyRowComesUp() {
        DenoiserPerception perception = new DenoiserPerception(1, 1, 3);
        Random random = new Random(1);

        assertThat(IntStream.range(0, 50)
                        .flatMap(step ->
                                IntStream.of(perception.looked(TIMES, random).of(ROWS)))
                        .distinct()
                        .toArray())
                .containsExactlyInAnyOrder(ROWS);
    }

    @Test
    void rowsAsAnIndexAreTheSame() {
        assertThat(new DenoiserPerception(1, 0.5, 16)
                        .looked(TIMES, new Random(1))
                        .rows())
                .isEqualTo("0:4:1");
    }

    @Test
    void looksAtNothingWhereAllIsTooLate() {
        assertThat(new DenoiserPerception(1, 0.01, 2).looked(TIMES, new Random(1)))
                .isNull();
    }
}
