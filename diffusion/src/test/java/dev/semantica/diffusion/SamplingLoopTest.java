package dev.semantica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingLoopTest {

    private static final int SIZE = 6;
    private static final NoiseSchedule SCHEDULE = new CosineNoiseSchedule(0.999, 1);

    /** Any mix of rows, joining at any tick, gives each row to the bit what it gives alone. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRowDependsOnItselfAlone(long seed) {
        Random random = new Random(seed);
        List<Recipe> recipes = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            recipes.add(new Recipe(
                    List.of(SchedulerKind.values()).get(random.nextInt(4)),
                    1 + random.nextInt(9),
                    random.nextBoolean() ? 1 : 1 + 3 * random.nextDouble(),
                    random.nextLong(),
                    random.nextInt(100),
                    random.nextDouble()));
        }
        List<Row<Double>> rows = new ArrayList<>();
        recipes.forEach(recipe -> rows.add(recipe.row()));

        SamplingLoop<Double> loop = new SamplingLoop<>(new Tanh());
        List<Row<Double>> joined = new ArrayList<>();
        while (joined.size() < rows.size() || joined.stream().anyMatch(Row::active)) {
            for (int i = random.nextInt(3); i > 0 && joined.size() < rows.size(); i--) {
                joined.add(rows.get(joined.size()));
            }
            loop.tick(joined);
        }

        for (int i = 0; i < rows.size(); i++) {
            Row<Double> alone = recipes.get(i).row();
            SamplingLoop<Double> its = new SamplingLoop<>(new Tanh());
            while (alone.active()) {
                its.tick(List.of(alone));
            }
            assertThat(rows.get(i).finished()).isTrue();
            assertThat(rows.get(i).sample()).isEqualTo(alone.sample());
        }
    }

    @Test
    void anUnguidedRowCostsOneEvaluationAndAGuidedOneTwo() {
        SamplingLoop<Double> loop = new SamplingLoop<>(new Tanh());
        Row<Double> unguided = new Recipe(SchedulerKind.DDIM, 3, 1, 0, 0, 0.5).row();
        Row<Double> guided = new Recipe(SchedulerKind.DDIM, 3, 1.5, 0, 1, 0.5).row();

        assertThat(loop.tick(List.of(unguided))).isEqualTo(1);
        assertThat(loop.tick(List.of(unguided, guided))).isEqualTo(3);
        assertThat(loop.tick(List.of())).isZero();
    }

    @Test
    void guidanceOfOneEqualsTheConditionAloneAndOfZeroTheEmptyOne() {
        Row<Double> almostOne = new Recipe(SchedulerKind.DDIM, 4, Math.nextUp(1.0), 3, 0, 0.8).row();
        Row<Double> one = new Recipe(SchedulerKind.DDIM, 4, 1, 3, 0, 0.8).row();
        Row<Double> zero = new Recipe(SchedulerKind.DDIM, 4, 0, 3, 0, 0.8).row();
        Row<Double> empty = new Recipe(SchedulerKind.DDIM, 4, 1, 3, 0, 0).row();
        List<Row<Double>> rows = List.of(almostOne, one, zero, empty);
        SamplingLoop<Double> loop = new SamplingLoop<>(new Tanh());
        for (int k = 0; k < 4; k++) {
            loop.tick(rows);
        }

        for (int i = 0; i < SIZE; i++) {
            assertThat(almostOne.sample()[i]).isEqualTo(one.sample()[i], org.assertj.core.api.Assertions.within(1e-6f));
            assertThat(zero.sample()[i]).isEqualTo(empty.sample()[i], org.assertj.core.api.Assertions.within(1e-6f));
        }
    }

    @Test
    void aRowThatCeasesToBeFiniteFailsAlone() {
        Row<Double> poisoned = new Recipe(SchedulerKind.DDIM, 3, 1, 0, 0, Double.NaN).row();
        Row<Double> healthy = new Recipe(SchedulerKind.DDIM, 3, 1, 0, 1, 0.5).row();
        SamplingLoop<Double> loop = new SamplingLoop<>(new Tanh());
        for (int k = 0; k < 3; k++) {
            loop.tick(List.of(poisoned, healthy));
        }

        assertThat(poisoned.failure()).contains("not finite").contains("Step 1 of 3");
        assertThat(healthy.finished()).isTrue();
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> new Recipe(SchedulerKind.DDIM, 3, Double.NaN, 0, 0, 0.5).row())
                .hasMessageContaining("guidanceScale");
        assertThatThrownBy(() -> new Recipe(SchedulerKind.DDIM, 0, 1, 0, 0, 0.5).row())
                .hasMessageContaining("steps must be at least 1");
        NoiseSchedule discrete = DiscreteNoiseSchedule.of(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, false);
        SchedulerConfig ddim = SchedulerConfig.defaults(SchedulerKind.DDIM);
        assertThatThrownBy(() -> Schedulers.tabulate(discrete, ddim, 1001)).hasMessageContaining("at most 1000");
    }

    private record Recipe(SchedulerKind kind, int steps, double guidanceScale, long seed, int index, double condition) {

        Row<Double> row() {
            SchedulerConfig config = SchedulerConfig.defaults(kind)
                    .withPredictionType(PredictionType.V_PREDICTION)
                    .withClipping(null);
            return new Row<>(Schedulers.tabulate(SCHEDULE, config, steps), condition, guidanceScale, seed, index, SIZE);
        }
    }

    /** A small smooth model: m = 0.9·tanh(0.7·x + c·cos(3t)). */
    private static final class Tanh implements Denoiser<Double> {
        @Override
        public int sampleSize() {
            return SIZE;
        }

        @Override
        public Double unconditional() {
            return 0.0;
        }

        @Override
        public void denoise(int entries, float[] inputs, float[] timesteps, List<Double> conditions, float[] outputs) {
            for (int i = 0; i < entries * SIZE; i++) {
                double condition = conditions.get(i / SIZE);
                outputs[i] = (float) (0.9 * Math.tanh(0.7 * inputs[i] + condition * Math.cos(3 * timesteps[i / SIZE])));
            }
        }
    }
}
