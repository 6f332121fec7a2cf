package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageDenoiserTest {

    private static final ImageDenoiserConfig CONFIG = TestNetworks.denoiser(64, true);

    @Test
    void startsAtZero() {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(CONFIG, manager, 3)) {
            Prediction prediction = predict(denoiser, manager, 2);
            assertThat(prediction.velocity().getShape()).isEqualTo(new Shape(2, 2, 8, 8));
            assertThat(prediction.middle().getShape()).isEqualTo(new Shape(2, 16, 16));
            assertThat(prediction.velocity().toFloatArray()).containsOnly(0);
        }
    }

    @Test
    void theDefaultIsOfTheSizeThatIsPromised() {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(ImageDenoiserConfig.latent(8), manager, 3);
                PageEncoder encoder = new PageEncoder(PageEncoderConfig.defaults(), manager, 3);
                Autoencoder autoencoder = new Autoencoder(AutoencoderConfig.defaults(), manager, 3)) {
            assertThat(denoiser.weights().count()).isBetween(4_800_000L, 5_500_000L);
            assertThat(encoder.weights().count()).isBetween(2_000_000L, 3_000_000L);
            assertThat(autoencoder.weights().count()).isBetween(1_400_000L, 2_200_000L);
        }
    }

    @Test
    void everyInputMatters() {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(CONFIG, manager, 3)) {
            TestNetworks.shake(denoiser.weights(), 4);
            NDArray latents = TestNetworks.normal(manager, 1, 1, 2, 8, 8);
            NDArray timestep = manager.create(new float[] {0.3f});
            NDArray tokens = TestNetworks.normal(manager, 2, 1, 4, 12);
            NDArray pooled = TestNetworks.normal(manager, 3, 1, 10);
            float[] base = denoiser.predict(latents, timestep, tokens, pooled)
                    .velocity()
                    .toFloatArray();
            assertThat(denoiser.predict(latents.add(0.1f), timestep, tokens, pooled)
                            .velocity()
                            .toFloatArray())
                    .isNotEqualTo(base);
            assertThat(denoiser.predict(latents, timestep.add(0.1f), tokens, pooled)
                            .velocity()
                            .toFloatArray())
                    .isNotEqualTo(base);
            assertThat(denoiser.predict(latents, timestep, TestNetworks.normal(manager, 5, 1, 4, 12), pooled)
                            .velocity()
                            .toFloatArray())
                    .isNotEqualTo(base);
            assertThat(denoiser.predict(latents, timestep, tokens, TestNetworks.normal(manager, 6, 1, 10))
                            .velocity()
                            .toFloatArray())
                    .isNotEqualTo(base);
        }
    }

    @Test
    void dropsTheConditionOfRows() {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(CONFIG, manager, 3)) {
            Encoding encoding =
                    new Encoding(TestNetworks.normal(manager, 2, 2, 4, 12), TestNetworks.normal(manager, 3, 2, 10));
            Encoding dropped = denoiser.drop(encoding, manager.create(new float[] {1, 0}));
            assertThat(dropped.tokens().get(0).toFloatArray())
                    .isEqualTo(encoding.tokens().get(0).toFloatArray());
            assertThat(dropped.pooled().get(0).toFloatArray())
                    .isEqualTo(encoding.pooled().get(0).toFloatArray());
            Map<String, float[]> empty = denoiser.emptyCondition();
            assertThat(dropped.tokens().get(1).toFloatArray()).isEqualTo(empty.get("tokens"));
            assertThat(dropped.pooled().get(1).toFloatArray()).isEqualTo(empty.get("pooled"));
        }
    }

    @Test
    void gradientsAreWhatFiniteDifferencesSay() {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(CONFIG, manager, 3)) {
            TestNetworks.shake(denoiser.weights(), 4);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(loss(denoiser, manager));
            }
            for (String name : new String[] {
                "blocks.1.attention.query.weight",
                "blocks.2.cross.value.weight",
                "blocks.0.modulation.weight",
                "skips.3.weight",
                "down.0.first.weight",
                "pooled.first.weight",
                "empty.tokens",
                "positions"
            }) {
                NDArray array = denoiser.weights().all().get(name);
                float[] gradient = array.getGradient().toFloatArray();
                int steepest = 0;
                for (int i = 0; i < gradient.length; i++) {
                    steepest = Math.abs(gradient[i]) > Math.abs(gradient[steepest]) ? i : steepest;
                }
                float step = 0.01f;
                double higher = lossAt(denoiser, manager, name, steepest, step);
                double lower = lossAt(denoiser, manager, name, steepest, -step);
                double expected = (higher - lower) / (2 * step);
                assertThat((double) gradient[steepest])
                        .as(name)
                        .isNotZero()
                        .isCloseTo(expected, within(0.03 * Math.abs(expected) + 1e-3));
            }
        }
    }

    @Test
    void stepsLeaveNothingBehind() {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(CONFIG, manager, 3)) {
            TestNetworks.shake(denoiser.weights(), 4);
            Map<Integer, Integer> counts = new HashMap<>();
            for (int step = 0; step < 300; step++) {
                try (NDManager stepManager = manager.newSubManager();
                        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    collector.backward(loss(denoiser, stepManager));
                }
                counts.put(step, denoiser.weights().manager().getManagedArrays().size());
            }
            assertThat(counts.get(299)).isEqualTo(counts.get(0));
        }
    }

    @Test
    void namesEveryValueThatCannotBe() {
        assertThatThrownBy(() -> new ImageDenoiserConfig(
                        0, 7, 1, 10, 1, 15, 2, 3, 24, 100, true, 6, 4, 12, 10, ImageDenoiserConfig.Output.VELOCITY, 0))
                .hasMessageContaining("channels must be")
                .hasMessageContaining("side / patch must be even")
                .hasMessageContaining("convolutionWidth must be a multiple of 8")
                .hasMessageContaining("width must be a multiple of heads")
                .hasMessageContaining("blocks must be even")
                .hasMessageContaining("crossWidth must be 0 or a multiple of 64");
        assertThatThrownBy(() -> TestNetworks.denoiser(0, false)).hasMessageContaining("nothing says what to draw");
    }

    private static Prediction predict(ImageDenoiser denoiser, NDManager manager, int rows) {
        Encoding encoding = denoiser.drop(
                new Encoding(TestNetworks.normal(manager, 2, rows, 4, 12), TestNetworks.normal(manager, 3, rows, 10)),
                manager.create(new float[] {1, 0}));
        return denoiser.predict(
                TestNetworks.normal(manager, 1, rows, 2, 8, 8),
                manager.create(new float[] {0.3f, 0.9f}),
                encoding.tokens(),
                encoding.pooled());
    }

    private static NDArray loss(ImageDenoiser denoiser, NDManager manager) {
        NDArray velocity = predict(denoiser, manager, 2).velocity();
        return velocity.sub(TestNetworks.normal(manager, 9, 2, 2, 8, 8))
                .square()
                .mean();
    }

    private static double lossAt(ImageDenoiser denoiser, NDManager manager, String name, int index, float step) {
        try (NDManager inner = manager.newSubManager()) {
            Map<String, NDArray> before = new HashMap<>();
            Map<String, NDArray> after = new HashMap<>();
            denoiser.weights().all().forEach((key, array) -> {
                float[] values = array.toFloatArray();
                before.put(key, inner.create(values, array.getShape()));
                if (key.equals(name)) {
                    values[index] += step;
                }
                after.put(key, inner.create(values, array.getShape()));
            });
            denoiser.weights().load(after);
            double loss = loss(denoiser, inner).toFloatArray()[0];
            denoiser.weights().load(before);
            return loss;
        }
    }
}
