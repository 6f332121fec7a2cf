package dev.semantica.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.diffusion.Guidance;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.network.TestNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundleExportTest {

    private static final Standardisation STANDARDISATION =
            new Standardisation(List.of(0.5f, -0.25f), List.of(2f, 0.5f));

    static Stream<ImageDenoiserConfig> denoisers() {
        return Stream.of(
                TestNetworks.denoiser(64, true),
                TestNetworks.denoiser(128, false),
                TestNetworks.denoiser(32, true),
                TestNetworks.denoiser(0, true),
                TestNetworks.pixelDenoiser());
    }

    @ParameterizedTest
    @MethodSource("denoisers")
    void aDenoisersGraphComputesWhatItDoes(ImageDenoiserConfig config) throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                ImageDenoiser denoiser = new ImageDenoiser(config, manager, 1)) {
            TestNetworks.shake(denoiser.weights(), 2);
            OnnxModel model = new NetworkGraphs(manager).denoiser(denoiser);
            boolean cross = config.crossWidth() > 0;
            assertThat(model.operators())
                    .containsEntry("MultiHeadAttention", (cross ? 2L : 1L) * config.blocks())
                    .containsEntry("SkipLayerNormalization", (cross ? 2L : 1L) * config.blocks())
                    .containsKey("BiasGelu");
        }
    }

    @Test
    void theOtherGraphsComputeWhatTheirNetworksDo() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1);
                Autoencoder autoencoder = new Autoencoder(TestNetworks.autoencoder(), manager, 1)) {
            TestNetworks.shake(encoder.weights(), 2);
            TestNetworks.shake(autoencoder.weights(), 3);
            NetworkGraphs graphs = new NetworkGraphs(manager);
            assertThat(graphs.encoder(encoder).outputs()).containsOnlyKeys("tokens", "pooled");
            assertThat(graphs.decoder(autoencoder, STANDARDISATION).inputs()).containsOnlyKeys("latents");
            assertThat(graphs.latentEncoder(autoencoder, STANDARDISATION).outputs())
                    .containsOnlyKeys("latents");
        }
    }

    @Test
    void aGraphThatComputesSomethingElseFailsByName() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Autoencoder autoencoder = new Autoencoder(TestNetworks.autoencoder(), manager, 1)) {
            OnnxModel model = new NetworkGraphs(manager).latentEncoder(autoencoder, STANDARDISATION);
            NDArray pixels = TestNetworks.normal(manager, 1, 2, 3, 32, 32);
            NDArray raw = autoencoder.encode(pixels);
            assertThatThrownBy(() ->
                            Parity.check("latent_encoder", model, Map.of("pixels", pixels), Map.of("latents", raw)))
                    .isInstanceOf(ExportException.class)
                    .hasMessageContaining("latent_encoder, output latents differs from the network by");
        }
    }

    @Test
    void aBundleIsWholeAndTheSameEachTime(@TempDir Path directory) throws Exception {
        Path first = directory.resolve("first");
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1);
                ImageDenoiser denoiser = new ImageDenoiser(TestNetworks.denoiser(64, true), manager, 2);
                Autoencoder autoencoder = new Autoencoder(TestNetworks.autoencoder(), manager, 3)) {
            TestNetworks.shake(denoiser.weights(), 4);
            ConditionEncoder condition = ConditionEncoder.of(encoder, manager);
            BundleExport export = new BundleExport(manager);
            Bundle bundle = export.latent(first, description(), condition, denoiser, autoencoder, STANDARDISATION);
            assertThat(bundle.name()).isEqualTo("tiny");
            assertThat(bundle.unconditional().get("pooled"))
                    .isEqualTo(denoiser.emptyCondition().get("pooled"));
            assertThat(bundle.manifest().training().path("pairs").asInt()).isEqualTo(12);
            assertThat(bundle.manifest().sampling().guidance()).isEqualTo(new Guidance(1.5, 0.1, 1, 0));
            Bundle second = export.latent(
                    directory.resolve("second"), description(), condition, denoiser, autoencoder, STANDARDISATION);
            assertThat(second.digest()).isEqualTo(bundle.digest());
            assertThatThrownBy(() ->
                            export.latent(first, description(), condition, denoiser, autoencoder, STANDARDISATION))
                    .hasMessageContaining("exists already");
        }
        // A worker that reads it may run as another user.
        Path plain = Files.createDirectory(directory.resolve("plain"));
        assertThat(Files.getPosixFilePermissions(first)).isEqualTo(Files.getPosixFilePermissions(plain));
        Files.delete(plain);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void aBundleThatDoesNotFitTogetherLeavesNothing(@TempDir Path directory) throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1);
                ImageDenoiser denoiser = new ImageDenoiser(TestNetworks.pixelDenoiser(), manager, 2)) {
            BundleExport export = new BundleExport(manager);
            ConditionEncoder condition = ConditionEncoder.of(encoder, manager);
            Bundle pixel = export.pixel(directory.resolve("pixel"), description(), condition, denoiser);
            assertThat(pixel.manifest().sample().space()).isEqualTo("pixel");
            ConditionEncoder wrong = new ConditionEncoder(condition.model(), 16);
            assertThatThrownBy(() -> export.pixel(directory.resolve("wrong"), description(), wrong, denoiser))
                    .isInstanceOf(ExportException.class)
                    .hasMessageContaining("cannot be loaded");
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(directory.resolve("pixel"));
        }
    }

    private static BundleDescription description() {
        return new BundleDescription(
                "tiny",
                "For a test.",
                "Apache-2.0",
                1,
                BundleDescription.sampling("ddpm", 5, new Guidance(1.5, 0.1, 1, 0), null),
                new ObjectMapper().createObjectNode().put("pairs", 12));
    }
}
