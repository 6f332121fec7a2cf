package dev.semantica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.diffusion.SchedulerConfig.FinalSigmas;
import dev.semantica.diffusion.SchedulerConfig.VarianceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SchedulersTest {

    private static final double SAMPLE = 0.37;
    private static final double NOISE = -1.21;

    /** A model that knows the truth brings x back to it exactly, by every scheduler that adds no noise. */
    @ParameterizedTest
    @CsvSource({
        "DDIM,EPSILON,1",
        "DDIM,V_PREDICTION,7",
        "DDIM,SAMPLE,50",
        "EULER,EPSILON,1",
        "EULER,V_PREDICTION,7",
        "EULER,SAMPLE,50",
        "DPM_SOLVER_PP_2M,EPSILON,1",
        "DPM_SOLVER_PP_2M,V_PREDICTION,7",
        "DPM_SOLVER_PP_2M,SAMPLE,50"
    })
    void aPerfectModelIsFollowedToTheTruth(SchedulerKind kind, PredictionType type, int steps) {
        CosineNoiseSchedule cosine = new CosineNoiseSchedule(0.999, 1);
        assertThat(follow(cosine, kind, type, steps)).isCloseTo(SAMPLE, within(1e-9));
        NoiseSchedule discrete = DiscreteNoiseSchedule.of(BetaSchedule.SCALED_LINEAR, 1000, 0.00085, 0.012, false);
        assertThat(follow(discrete, kind, type, steps)).isCloseTo(SAMPLE, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(SchedulerKind.class)
    void zeroTerminalSnrStartsFromPureNoiseWithoutDividingByZero(SchedulerKind kind) {
        NoiseSchedule schedule = DiscreteNoiseSchedule.of(BetaSchedule.SCALED_LINEAR, 1000, 0.00085, 0.012, true);
        SchedulerConfig config = SchedulerConfig.defaults(kind)
                .withPredictionType(PredictionType.V_PREDICTION)
                .withSpacing(TimestepSpacing.TRAILING, 0);

        StepTable table = Schedulers.tabulate(schedule, config, 10);

        for (StepTable.Step step : table.steps()) {
            assertThat(step.p() + step.q() + step.a() + step.b() + step.c() + step.d() + step.e())
                    .as(step.toString())
                    .isFinite();
        }
        assertThat(table.steps().get(0).timestep()).isEqualTo(999);
    }

    @Test
    void aModelThatPredictsNoiseCannotStartWithoutSignal() {
        NoiseSchedule schedule = DiscreteNoiseSchedule.of(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, true);
        SchedulerConfig config = SchedulerConfig.defaults(SchedulerKind.DDIM).withSpacing(TimestepSpacing.TRAILING, 0);

        assertThatThrownBy(() -> Schedulers.tabulate(schedule, config, 10)).hasMessageContaining("v-prediction");
    }

    @Test
    void clippingKeepsTheUnclippedDirection() {
        NoiseSchedule schedule = DiscreteNoiseSchedule.of(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, false);
        StepTable.Step step = Schedulers.tabulate(schedule, SchedulerConfig.defaults(SchedulerKind.DDIM), 10)
                .steps()
                .get(3);

        // With prediction of noise the direction is the model output itself, whatever the clipping does.
        assertThat(step.clip()).isEqualTo(1);
        assertThat(step.a()).isZero();
        assertThat(step.e()).isPositive();
    }

    @Test
    void fixedLargeAddsTheForwardVariance() {
        NoiseSchedule schedule = DiscreteNoiseSchedule.of(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, false);
        SchedulerConfig config =
                SchedulerConfig.defaults(SchedulerKind.DDPM).withNoise(0, VarianceType.FIXED_LARGE, FinalSigmas.ZERO);

        StepTable table = Schedulers.tabulate(schedule, config, 1000);

        // Over all 1000 steps the step from 999 to 998 has the variance β of timestep 999.
        assertThat(table.steps().get(0).d()).isCloseTo(Math.sqrt(0.02), within(1e-5));
        assertThat(table.steps().get(999).d()).isZero();
    }

    @Test
    void shiftMovesTheNoiseLevelAsItShould() {
        CosineNoiseSchedule plain = new CosineNoiseSchedule(0.999, 1);
        CosineNoiseSchedule shifted = new CosineNoiseSchedule(0.999, 0.25);

        double difference = logSnr(shifted.signal(0.5)) - logSnr(plain.signal(0.5));
        assertThat(difference).isCloseTo(2 * Math.log(0.25), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "LINSPACE,5,'999.0,749.0,500.0,250.0,0.0'",
        "LEADING,4,'750.0,500.0,250.0,0.0'",
        "TRAILING,3,'999.0,666.0,332.0'",
        "LEADING,1,'0.0'",
        "TRAILING,1,'999.0'",
        "LINSPACE,1,'0.0'"
    })
    void spacesTimesteps(TimestepSpacing spacing, int steps, String expected) {
        NoiseSchedule schedule = DiscreteNoiseSchedule.of(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, false);
        SchedulerConfig config = SchedulerConfig.defaults(SchedulerKind.DDPM).withSpacing(spacing, 0);

        assertThat(Schedulers.tabulate(schedule, config, steps).steps().stream()
                        .map(step -> Double.toString(step.timestep()))
                        .toList())
                .isEqualTo(java.util.List.of(expected.split(",")));
    }

    private static double follow(NoiseSchedule schedule, SchedulerKind kind, PredictionType type, int steps) {
        SchedulerConfig config =
                SchedulerConfig.defaults(kind).withPredictionType(type).withClipping(null);
        StepTable table = Schedulers.tabulate(schedule, config, steps);
        double first = signal(schedule, table.steps().get(0).timestep());
        double scale = kind == SchedulerKind.EULER ? 1 / Math.sqrt(first) : 1;
        double x = scale * (Math.sqrt(first) * SAMPLE + Math.sqrt(1 - first) * NOISE);
        double previous = 0;
        for (StepTable.Step step : table.steps()) {
            double signal = signal(schedule, step.timestep());
            double z = x * step.inputScale();
            double noise = (z - Math.sqrt(signal) * SAMPLE) / Math.sqrt(1 - signal);
            double m =
                    switch (type) {
                        case EPSILON -> noise;
                        case V_PREDICTION -> Math.sqrt(signal) * noise - Math.sqrt(1 - signal) * SAMPLE;
                        case SAMPLE -> SAMPLE;
                    };
            double sample = step.p() * x + step.q() * m;
            assertThat(sample).isCloseTo(SAMPLE, within(1e-4));
            x = step.a() * x + step.b() * sample + step.c() * previous + step.e() * m;
            previous = sample;
        }
        return x;
    }

    private static double signal(NoiseSchedule schedule, double timestep) {
        if (schedule instanceof CosineNoiseSchedule cosine) {
            return cosine.signal(timestep);
        }
        double ratio = ((DiscreteNoiseSchedule) schedule).noiseToSignal(timestep);
        return 1 / (1 + ratio * ratio);
    }

    private static double logSnr(double signal) {
        return Math.log(signal / (1 - signal));
    }
}
