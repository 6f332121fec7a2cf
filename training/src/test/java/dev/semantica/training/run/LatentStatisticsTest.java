package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.TestPages;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.network.TestNetworks;
import dev.semantica.training.objective.Pixels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentStatisticsTest {

    private static final int SIDE = 32;

    @TempDir
    private Path folder;

    /** More images than are encoded at a time; latents of channels whose means are far from zero, and differ. */
    @Test
    void everyChannelHasItsOwnMeanAndDeviationFromIt() throws Exception {
        PackedPages store = TestPages.pack(folder, SIDE, TestPages.noisy(40, SIDE));
        // Only pages of the training count.
        List<PackedPage> pages = store.pages().subList(3, 40);
        try (NDManager manager = NDManager.newBaseManager();
                Autoencoder autoencoder = new Autoencoder(TestNetworks.autoencoder(), manager, 1)) {
            TestNetworks.shake(autoencoder.weights(), 2);
            move(autoencoder, "encoder.toLatents.bias", manager.create(new float[] {5, -3}));

            Standardisation found = LatentStatistics.of(autoencoder, store, pages, manager);

            int[] images = LatentStatistics.images(pages);
            assertThat(images).hasSize(74).startsWith(6, 7, 8).endsWith(79);
            float[] latents =
                    autoencoder.encode(Pixels.of(store, images, manager)).toFloatArray();
            int plane = latents.length / images.length / 2;
            for (int c = 0; c < 2; c++) {
                List<Double> values = new ArrayList<>();
                for (int i = 0; i < latents.length; i++) {
                    if (i / plane % 2 == c) {
                        values.add((double) latents[i]);
                    }
                }
                double mean =
                        values.stream().mapToDouble(value -> value).average().orElseThrow();
                double variance = values.stream()
                        .mapToDouble(value -> (value - mean) * (value - mean))
                        .average()
                        .orElseThrow();
                assertThat(Math.abs(mean)).isGreaterThan(1);
                assertThat((double) found.mean().get(c)).isCloseTo(mean, within(1e-4));
                assertThat((double) found.deviation().get(c)).isCloseTo(Math.sqrt(variance), within(1e-4));
            }
        }
    }

    @Test
    void latentsThatNeverChangeHaveAMeanAndHardlyADeviation() throws Exception {
        PackedPages store = TestPages.pack(folder, SIDE, TestPages.noisy(2, SIDE));
        try (NDManager manager = NDManager.newBaseManager();
                Autoencoder autoencoder = new Autoencoder(TestNetworks.autoencoder(), manager, 1)) {
            NDArray weight = autoencoder.weights().all().get("encoder.toLatents.weight");
            move(autoencoder, "encoder.toLatents.weight", manager.zeros(weight.getShape()));
            move(autoencoder, "encoder.toLatents.bias", manager.create(new float[] {0.5f, -2}));

            Standardisation found = LatentStatistics.of(autoencoder, store, store.pages(), manager);

            assertThat(found.mean()).containsExactly(0.5f, -2f);
            assertThat(found.deviation()).containsExactly(1e-6f, 1e-6f);
        }
    }

    private static void move(Autoencoder autoencoder, String name, NDArray values) {
        Map<String, NDArray> all = new TreeMap<>(autoencoder.weights().all());
        all.put(name, values);
        autoencoder.weights().load(all);
    }
}
