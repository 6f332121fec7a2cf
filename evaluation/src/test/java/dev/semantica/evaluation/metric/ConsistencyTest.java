package dev.semantica.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConsistencyTest {

    private static final FeatureMatrix SOURCES = new FeatureMatrix(2, 2, new double[] {1, 0, 0, 2});
    private static final FeatureMatrix ELSEWHERE = new FeatureMatrix(1, 2, new double[] {-1, -1});

    @Test
    void copiesAreSimilarAndNotDiverse() {
        FeatureMatrix copiesOfFirst = new FeatureMatrix(2, 2, new double[] {3, 0, 1, 0});
        FeatureMatrix copiesOfSecond = new FeatureMatrix(2, 2, new double[] {0, 1, 0, 1});

        Consistency found = Consistency.of(SOURCES, List.of(copiesOfFirst, copiesOfSecond), ELSEWHERE, 0.98, 1);

        assertThat(found.similarity()).isEqualTo(new Interval(1, 1, 1, 2));
        assertThat(found.diversity().mean()).isCloseTo(0, within(1e-15));
        assertThat(found.copies().mean()).isEqualTo(1);
        assertThat(found.repeats().mean()).isEqualTo(1);
        assertThat(found.memorised().mean()).isZero();
    }

    @Test
    void figuresAreMeansOverSources() {
        // The first source: one copy and one at a right angle. The second: both alike, opposite to it, and known.
        FeatureMatrix first = new FeatureMatrix(2, 2, new double[] {1, 0, 0, 1});
        FeatureMatrix second = new FeatureMatrix(2, 2, new double[] {-1, -1, -1, -1});

        Consistency found = Consistency.of(SOURCES, List.of(first, second), ELSEWHERE, 0.98, 1);

        double opposite = -1 / Math.sqrt(2);
        assertThat(found.similarity().mean()).isCloseTo((0.5 + opposite) / 2, within(1e-12));
        assertThat(found.diversity().mean()).isCloseTo(0.5, within(1e-12));
        assertThat(found.copies().mean()).isEqualTo(0.25);
        assertThat(found.repeats().mean()).isEqualTo(0.5);
        assertThat(found.memorised().mean()).isEqualTo(0.5);
    }

    @Test
    void oneVariationHasNoDiversity() {
        FeatureMatrix one = new FeatureMatrix(1, 2, new double[] {1, 1});

        assertThat(Consistency.of(SOURCES, List.of(one, one), ELSEWHERE, 0.98, 1)
                        .diversity())
                .isNull();
    }

    @Test
    void anIntervalHoldsItsMeanAndIsTheSameForTheSameSeed() {
        double[] values = new double[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 10;
        }

        Interval found = Interval.of(values, 7);

        // Standard error of the mean: 2.87 / √200 = 0.203.
        assertThat(found.mean()).isCloseTo(4.5, within(1e-12));
        assertThat(found.low()).isCloseTo(4.5 - 1.96 * 0.203, within(0.08));
        assertThat(found.high()).isCloseTo(4.5 + 1.96 * 0.203, within(0.08));
        assertThat(Interval.of(values, 7)).isEqualTo(found);
        assertThatExceptionOfType(TooFewImagesException.class).isThrownBy(() -> Interval.of(new double[0], 1));
    }
}
