package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.diffusion.CosineNoiseSchedule;
import dev.semantica.diffusion.PredictionType;
import dev.semantica.diffusion.SchedulerConfig;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.Schedulers;
import dev.semantica.diffusion.StepTable;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.TestNetworks;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlendTest {

    private static final int ROWS = 5;

    @Test
    void aVelocityIsTurnedBackIntoItsSample() {
        turnsBack(TestNetworks.denoiser(8, true), 1);
        turnsBack(TestNetworks.denoiser(8, true), 0.5);
    }

    /** Where noise is little, velocities of samples are damped, and no less turned back. */
    @Test
    void soIsOneThatIsComputedFromTheSample() {
        turnsBack(TestNetworks.pixelDenoiser(), 1);
    }

    private static void turnsBack(ImageDenoiserConfig config, double shift) {
        float[] samples = samples(config);
        Blend blend = blend(config, samples, shift);

        try (NDManager manager = NDManager.newBaseManager()) {
            Blend.Noised noised = blend.on(manager);
            NDArray back = noised.samples(noised.velocity());

            float[] found = back.toFloatArray();
            assertThat(found).hasSameSizeAs(samples);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isEqualTo(samples[i], within(1e-4f));
            }
        }
    }

    @Test
    void timesRiseAndNoiseWithThem() {
        ImageDenoiserConfig config = TestNetworks.denoiser(8, true);

        Blend blend = blend(config, samples(config), 1);

        for (int row = 0; row < ROWS; row++) {
            assertThat(Math.hypot(blend.alpha()[row], blend.sigma()[row])).isEqualTo(1, within(1e-6));
            if (row > 0) {
                assertThat(blend.time()[row]).isGreaterThan(blend.time()[row - 1]);
                assertThat(blend.sigma()[row]).isGreaterThan(blend.sigma()[row - 1]);
            }
        }
    }

    @Test
    void inputsAndVelocitiesAreWhatTheirFormulasSay() {
        inputsAndVelocities(TestNetworks.denoiser(8, true), 0.4);
        inputsAndVelocities(TestNetworks.pixelDenoiser(), 0.7);
    }

    private static void inputsAndVelocities(ImageDenoiserConfig config, double shift) {
        float[] samples = samples(config);
        Blend blend = blend(config, samples, shift);
        try (NDManager manager = NDManager.newBaseManager()) {
            Blend.Noised noised = blend.on(manager);
            float[] input = noised.input().toFloatArray();
            float[] velocity = noised.velocity().toFloatArray();
            int width = samples.length / ROWS;
            for (int i = 0; i < samples.length; i++) {
                double tangent = Math.tan(Math.PI / 2 * blend.time()[i / width]) / shift;
                double alpha = Math.cos(Math.atan(tangent));
                double sigma = Math.sin(Math.atan(tangent));
                double damping = config.output() == ImageDenoiserConfig.Output.SAMPLE
                        ? Math.min(1, sigma / ImageDenoiserConfig.LEAST_NOISE)
                        : 1;
                double x = samples[i];
                double noise = blend.noise()[i];
                assertThat((double) input[i]).isCloseTo(alpha * x + sigma * noise, within(2e-5));
                assertThat((double) velocity[i]).isCloseTo(damping * (alpha * noise - sigma * x), within(2e-5));
            }
        }
    }

    /** What is trained on is what is sampled from, at the same time and under the same shift. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 2.5})
    void signalAndNoiseAreThoseOfTheScheduleThatIsSampledFrom(double shift) {
        ImageDenoiserConfig config = TestNetworks.denoiser(8, true);
        List<StepTable.Step> steps = Schedulers.tabulate(
                        new CosineNoiseSchedule(NoiseTimes.LATEST, shift),
                        SchedulerConfig.defaults(SchedulerKind.DDIM).withPredictionType(PredictionType.V_PREDICTION),
                        9)
                .steps();
        assertThat(steps).hasSize(9);
        for (StepTable.Step step : steps) {
            // So narrow that every row has the step's time.
            double share = Math.min(1 - 1e-12, (step.timestep() - 0.001) / (NoiseTimes.LATEST - 0.001));
            NoiseTimes times = new NoiseTimes(Math.log(share / (1 - share)), 1e-12);

            Blend blend = Blend.of(samples(config), ROWS, config, shift, times, new Random(1));

            for (int row = 0; row < ROWS; row++) {
                assertThat((double) blend.time()[row]).isCloseTo(step.timestep(), within(1e-6));
                assertThat((double) blend.alpha()[row]).isCloseTo(step.signal(), within(1e-6));
                assertThat((double) blend.sigma()[row]).isCloseTo(step.noise(), within(1e-6));
            }
        }
    }

    /** Hoogeboom et al. 2023, equation 4. */
    @ParameterizedTest
    @ValueSource(doubles = {0.25, 4})
    void aShiftRaisesTheLogOfTheSignalToNoiseRatioByTwiceItsOwn(double shift) {
        ImageDenoiserConfig config = TestNetworks.denoiser(8, true);
        Blend plain = blend(config, samples(config), 1);
        Blend shifted = blend(config, samples(config), shift);
        for (int row = 0; row < ROWS; row++) {
            double raised = 2 * Math.log(shifted.alpha()[row] / shifted.sigma()[row])
                    - 2 * Math.log(plain.alpha()[row] / plain.sigma()[row]);
            assertThat(shifted.time()[row]).isEqualTo(plain.time()[row]);
            assertThat(raised).isCloseTo(2 * Math.log(shift), within(1e-5));
        }
    }

    /**
     * A denoiser that gives samples gives the velocities that the blend takes for these samples: of a network with the same
     * weights that gives velocities, the samples are the raw output.
     */
    @Test
    void theDenoisersVelocityStandsForItsSampleUnderTheSameShift() {
        ImageDenoiserConfig sample = TestNetworks.pixelDenoiser();
        assertThat(sample.shift()).isNotEqualTo(1);
        ImageDenoiserConfig raw = new ImageDenoiserConfig(
                sample.channels(),
                sample.side(),
                sample.patch(),
                sample.convolutionWidth(),
                sample.convolutionBlocks(),
                sample.width(),
                sample.heads(),
                sample.blocks(),
                sample.hidden(),
                sample.crossWidth(),
                sample.pooledCondition(),
                sample.modulation(),
                sample.tokens(),
                sample.tokenWidth(),
                sample.pooledWidth(),
                ImageDenoiserConfig.Output.VELOCITY,
                sample.shift());
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser one = new ImageDenoiser(sample, manager, 3);
                ImageDenoiser other = new ImageDenoiser(raw, manager, 3)) {
            TestNetworks.shake(one.weights(), 4);
            TestNetworks.shake(other.weights(), 4);
            // The first row has less noise than velocities are divided by.
            Blend.Noised noised = Blend.of(
                            samples(sample), ROWS, sample, sample.shift(), new NoiseTimes(-0.5, 2), new Random(6))
                    .on(manager);
            assertThat(noised.damping().toFloatArray()[0]).isLessThan(1);
            NDArray tokens = TestNetworks.normal(manager, 7, ROWS, sample.tokens(), sample.tokenWidth());
            NDArray pooled = TestNetworks.normal(manager, 8, ROWS, sample.pooledWidth());

            float[] found = noised.samples(one.predict(noised.input(), noised.time(), tokens, pooled)
                            .velocity())
                    .toFloatArray();

            float[] expected = other.predict(noised.input(), noised.time(), tokens, pooled)
                    .velocity()
                    .toFloatArray();
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-3f));
            }
        }
    }

    private static float[] samples(ImageDenoiserConfig config) {
        return Noise.normal(new Random(2), ROWS * config.channels() * config.side() * config.side());
    }

    private static Blend blend(ImageDenoiserConfig config, float[] samples, double shift) {
        return Blend.of(samples, ROWS, config, shift, new NoiseTimes(-0.5, 2), new Random(1));
    }
}
