package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over an encoder or an autoencoder that is there already and stays as it is. */
class GivenNetworksTest {

    @TempDir
    private Path folder;

    @Test
    void anEncoderThatIsThereAlreadyConditionsABundle() throws Exception {
        PatchEncoder.write(folder.resolve("foreign"));
        String text = TinyRun.PAGES + TinyRun.SMALL
                + TinyRun.GENERATIVE.replace("  model: {conv", "  alignment: 0\n  model: {conv")
                + "frozenEncoder: {path: foreign, pooling: mean}\nexport: {directory: bundle, steps: 2}\n";
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said)
                .doesNotContain("started encoder")
                .contains("started tokens and pooled vectors of images")
                .anyMatch(line -> line.endsWith("9 tokens of 6, pooled 6"));
        Bundle bundle = Bundle.read(folder.resolve("bundle"));
        assertThat(bundle.manifest().condition().get(0).shape()).containsExactly(9, 6);
        // Loading runs every graph, sampling among them.
        try (OnnxBundle loaded = OnnxBundle.load(bundle, ExecutionProvider.cpu(1))) {
            byte[] noise = new byte[3 * 32 * 32];
            new Random(3).nextBytes(noise);
            float[] tokens = loaded.encode(List.of(new RgbImage(32, 32, noise)))
                    .get(0)
                    .tensors()
                    .get(0);
            assertThat(tokens).hasSize(54).doesNotContain(Float.NaN);
        }
    }

    @Test
    void aBundlesEncoderConditionsAnotherOneByItsPooledVectorAlone() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        String text = TinyRun.fromFirst(TinyRun.GENERATIVE
                .replace("  model: {conv", "  alignment: 0\n  space: pixel\n  model: {conv")
                .replace("crossWidth: 16", "crossWidth: 0"));
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said)
                .doesNotContain("started encoder", "started autoencoder")
                .anyMatch(line -> line.endsWith("1 tokens of 16, pooled 16"));
        assertThat(Bundle.read(folder.resolve("bundle"))
                        .manifest()
                        .condition()
                        .get(0)
                        .shape())
                .containsExactly(1, 16);
    }

    @Test
    void aNewDenoiserLearnsTheLatentsOfABundlesAutoencoder() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        String text = TinyRun.PAGES + TinyRun.SMALL + TinyRun.GENERATIVE
                + "frozenEncoder: {path: first/bundle}\nfrozenAutoencoder: {path: first/bundle}\n"
                + "export: {directory: bundle, steps: 2}\nseed: 8\n";
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said).doesNotContain("started autoencoder").contains("started denoiser");
        Bundle first = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        TinyRun.assertSameGraphs(first, ended, List.of("latentEncoder", "decoder"));
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.at("/configuration/frozenAutoencoder/path").asText())
                .isEqualTo("bundle");
        assertThat(provenance.path("stages").fieldNames()).toIterable().containsExactly("denoiser");
    }

    @Test
    void anEncoderWhoseTokensFormNoSquareIsNotAlignedWith() throws Exception {
        PatchEncoder.write(folder.resolve("foreign"));
        String text =
                TinyRun.PAGES + TinyRun.SMALL + TinyRun.GENERATIVE + "frozenEncoder: {path: foreign, pooling: mean}\n";
        TinyRun tiny = new TinyRun(folder);
        assertThatThrownBy(() -> tiny.run(text).run(TrainingRun.Stage.DENOISER))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("cannot be aligned with 9 tokens")
                .hasMessageContaining("denoiser.alignment: 0");
        assertThat(tiny.said).doesNotContain("started tokens and pooled vectors of images");
    }

    @Test
    void anEncoderThatCannotServeIsRefusedWithTheCause() throws Exception {
        Files.createDirectories(folder.resolve("none"));
        String text = TinyRun.PAGES + TinyRun.SMALL + "denoiser: {alignment: 0}\nfrozenEncoder: {path: none}\n";
        assertThatThrownBy(() -> new TinyRun(folder).run(text).run(TrainingRun.Stage.EXPORT))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("none")
                .hasMessageContaining("preprocessor_config.json");
    }

    @Test
    void aBundleWhoseEncoderHasOtherNamesThanItsManifestSaysIsRefusedWithThem() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        Path manifest = folder.resolve("first/bundle/bundle.json");
        ObjectMapper json = new ObjectMapper();
        JsonNode said = json.readTree(manifest.toFile());
        ((ObjectNode) said.at("/graphs/encoder/inputs")).put("pixels", "picture");
        ((ObjectNode) said.at("/graphs/encoder/outputs")).put("tokens", "words");
        json.writeValue(manifest.toFile(), said);

        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(TinyRun.fromFirst(TinyRun.GENERATIVE))
                        .run(TrainingRun.Stage.EXPORT))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("has no input 'picture', which the manifest names; it has [pixels]")
                .hasMessageContaining("has no output 'words', which the manifest names; it has [tokens, pooled]");
    }
}
