package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.TestNetworks;
import java.util.Random;
import org.junit.jupiter.api.Test;

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

    private static float[] samples(ImageDenoiserConfig config) {
        return Noise.normal(new Random(2), ROWS * config.channels() * config.side() * config.side());
    }

    private static Blend blend(ImageDenoiserConfig config, float[] samples, double shift) {
        return Blend.of(samples, ROWS, config, shift, new NoiseTimes(-0.5, 2), new Random(1));
    }
}
