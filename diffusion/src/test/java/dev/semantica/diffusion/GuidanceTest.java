package dev.semantica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guidance intervals, rescaling, and rows that start from a source. */
class GuidanceTest {

    private static final int SIZE = 6;
    private static final NoiseSchedule SCHEDULE = new CosineNoiseSchedule(0.999, 1);

    /** A condition c gives c·(1, 2, … 6). */
    private static final Denoiser<Double> RAMP = new Denoiser<>() {
        @Override
        public int sampleSize() {
            return SIZE;
        }

        @Override
        public Double unconditional() {
            return 0.5;
        }

        @Override
        public void denoise(int entries, float[] inputs, float[] timesteps, List<Double> conditions, float[] outputs) {
            for (int i = 0; i < entries * SIZE; i++) {
                outputs[i] = (float) (conditions.get(i / SIZE) * (1 + i % SIZE));
            }
        }
    };

    @ParameterizedTest
    @EnumSource(SchedulerKind.class)
    void everySchedulerKnowsItsNoiseLevels(SchedulerKind kind) {
        StepTable table = table(kind, 10);
        double above = 1.01;
        for (StepTable.Step step : table.steps()) {
            assertThat(step.noiseLevel()).isBetween(0.0, 1.0).isLessThan(above);
            // σ of the cosine schedule is sin(πt/2).
            assertThat(step.noiseLevel()).isCloseTo(Math.sin(Math.PI * step.timestep() / 2), within(1e-9));
            above = step.noiseLevel();
        }
    }

    @Test
    void guidesBetweenTwoNoiseLevelsOnly() {
        Row<Double> row = new Row<>(table(SchedulerKind.DDIM, 10), 1.0, new Guidance(2, 0.4, 0.9, 0), 1, 0, SIZE);
        SamplingLoop<Double> loop = new SamplingLoop<>(RAMP);
        StringBuilder entries = new StringBuilder();
        while (row.active()) {
            double level = row.current().noiseLevel();
            int taken = loop.tick(List.of(row));
            assertThat(taken).isEqualTo(level >= 0.4 && level <= 0.9 ? 2 : 1);
            entries.append(taken);
        }
        assertThat(entries.toString()).matches("1+2+1+");
    }

    /** Fully rescaled, guided output has the conditional output's standard deviation: here it is that output. */
    @Test
    void rescalingBringsTheStandardDeviationBack() {
        Row<Double> guided = row(new Guidance(3, 0, 1, 0));
        Row<Double> rescaled = row(new Guidance(3, 0, 1, 1));
        Row<Double> half = row(new Guidance(3, 0, 1, 0.5));
        Row<Double> plain = row(Guidance.NONE);
        new SamplingLoop<>(RAMP).tick(List.of(guided, rescaled, half, plain));

        for (int i = 0; i < SIZE; i++) {
            assertThat(rescaled.sample()[i]).isCloseTo(plain.sample()[i], within(1e-5f));
            assertThat(half.sample()[i]).isCloseTo((guided.sample()[i] + plain.sample()[i]) / 2, within(1e-5f));
            assertThat(guided.sample()[i]).isNotCloseTo(plain.sample()[i], within(1e-2f));
        }
    }

    @Test
    void strengthTakesTheLastStepsAndFormsNoDifferenceWithAStepThatWasNotTaken() {
        StepTable whole = table(SchedulerKind.DPM_SOLVER_PP_2M, 20);
        StepTable part = whole.withStrength(0.6);

        assertThat(part.steps()).hasSize(12);
        assertThat(part.steps().subList(1, 12)).isEqualTo(whole.steps().subList(9, 20));
        StepTable.Step first = part.steps().get(0);
        StepTable.Step same = whole.steps().get(8);
        assertThat(first.c()).isZero();
        assertThat(first.b()).isCloseTo(same.b() + same.c(), within(1e-12));
        assertThat(whole.withStrength(1).steps()).hasSize(20);
        assertThat(whole.withStrength(0.001).steps()).hasSize(1);
        assertThatThrownBy(() -> whole.withStrength(0)).hasMessageContaining("strength");
        assertThatThrownBy(() -> whole.withStrength(Double.NaN)).hasMessageContaining("strength");
    }

    /** With a model that knows the answer, every scheduler walks back to the source from where it starts. */
    @ParameterizedTest
    @EnumSource(SchedulerKind.class)
    void aRowThatStartsFromItsSourceReturnsToItWithAPerfectModel(SchedulerKind kind) {
        float[] source = {0.1f, -0.7f, 0.3f, 0.9f, -0.2f, 0f};
        SchedulerConfig config = SchedulerConfig.defaults(kind)
                .withPredictionType(PredictionType.SAMPLE)
                .withClipping(null);
        StepTable table = Schedulers.tabulate(SCHEDULE, config, 25).withStrength(0.5);
        Row<Double> row = Row.fromSource(table, 1.0, Guidance.NONE, 3, 4, source);
        float[] begin = row.sample();
        SamplingLoop<Double> loop = new SamplingLoop<>(new Knowing(source));
        while (row.active()) {
            loop.tick(List.of(row));
        }

        StepTable.Step first = table.steps().get(0);
        float[] noise = new float[SIZE];
        GaussianNoise.fill(3, 4, GaussianNoise.INITIAL_DRAW, noise, 0, SIZE);
        for (int i = 0; i < SIZE; i++) {
            assertThat(begin[i])
                    .isCloseTo((float) (first.signal() * source[i] + first.noise() * noise[i]), within(1e-6f));
            assertThat(row.sample()[i]).isCloseTo(source[i], within(1e-4f));
        }
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> new Guidance(2, 0.8, 0.2, 0)).hasMessageContaining("interval");
        assertThatThrownBy(() -> new Guidance(2, 0, 1.1, 0)).hasMessageContaining("interval");
        assertThatThrownBy(() -> new Guidance(2, 0, 1, -0.1)).hasMessageContaining("guidanceRescale");
        assertThatThrownBy(() -> new Guidance(2, Double.NaN, 1, 0)).hasMessageContaining("interval");
    }

    private static Row<Double> row(Guidance guidance) {
        return new Row<>(table(SchedulerKind.DDIM, 5), 1.0, guidance, 1, 0, SIZE);
    }

    private static StepTable table(SchedulerKind kind, int steps) {
        SchedulerConfig config = SchedulerConfig.defaults(kind)
                .withPredictionType(PredictionType.V_PREDICTION)
                .withClipping(null);
        return Schedulers.tabulate(SCHEDULE, config, steps);
    }

    private static final class Knowing implements Denoiser<Double> {
        private final float[] answer;

        Knowing(float[] answer) {
            this.answer = answer;
        }

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
                outputs[i] = answer[i % SIZE];
            }
        }
    }
}
