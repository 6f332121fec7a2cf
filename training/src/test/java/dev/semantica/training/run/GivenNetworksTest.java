package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over an encoder, an autoencoder or a whole bundle that is there already. */
class GivenNetworksTest {

    private static final String ENCODER = "export: {content: encoder, directory: bundle}\n";

    @TempDir
    private Path folder;

    /** Trains a bundle in a folder of its own. */
    private void export(String name, String generative) throws Exception {
        new TinyRun(Files.createDirectories(folder.resolve(name)))
                .run(TinyRun.PAGES + TinyRun.SMALL + generative + "export: {directory: bundle, steps: 2}\n")
                .run(TrainingRun.Stage.EXPORT);
    }

    /** A run with the encoder of the bundle that was exported as "first". */
    private static String fromFirst(String generative) {
        return TinyRun.PAGES + TinyRun.SMALL + generative
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";
    }

    @Test
    void anEncoderThatIsThereAlreadyConditionsABundle() throws Exception {
        foreign(folder.resolve("foreign"));
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
        export("first", TinyRun.GENERATIVE);
        String text = fromFirst(TinyRun.GENERATIVE
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
    void trainingGoesOnFromABundle() throws Exception {
        String pixels = TinyRun.GENERATIVE.replace("  model: {conv", "  space: pixel\n  model: {output: sample, conv");
        export("first", pixels);
        String again = fromFirst(pixels.replace("  space: pixel", "  space: pixel\n  start: first/bundle")
                .replace("batch: 4, warmup: 1", "batch: 4, rate: 1.0e-20, weightDecay: 0, warmup: 1"));
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(again).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        // A rate of nearly nothing leaves all weights where they began, but for the rounding of their averages.
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        assertThat(ended.graphFile("encoder").orElseThrow())
                .as("an encoder that fits is taken as it is")
                .hasSameBinaryContentAs(began.graphFile("encoder").orElseThrow());
        assertSameNumbers(
                ended.graphFile("denoiser").orElseThrow(),
                began.graphFile("denoiser").orElseThrow());
        assertThat(ended.unconditional().get("tokens"))
                .containsExactly(began.unconditional().get("tokens"), Offset.offset(1e-6f));
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.at("/configuration/denoiser/start").asText()).isEqualTo("bundle");
        assertThat(provenance.path("start").asText()).isEqualTo(began.digest());
        for (String other :
                List.of(again.replace("width: 16, heads", "width: 32, heads"), again.replace("output: sample, ", ""))) {
            assertThatThrownBy(() -> new TinyRun(folder)
                            .run(other.replace("directory: run", "directory: other"))
                            .run(TrainingRun.Stage.DENOISER))
                    .hasMessageContaining("Training cannot start from")
                    .hasMessageContaining("must have the shape of the bundle's");
        }
    }

    @Test
    void aDenoiserGrowsConvolutionalBlocksThatBeginAsTheIdentity() throws Exception {
        String pixels = TinyRun.GENERATIVE.replace("  model: {conv", "  space: pixel\n  model: {conv");
        export("first", pixels);
        String grown = fromFirst(pixels.replace("  space: pixel", "  space: pixel\n  start: first/bundle")
                .replace("convolutionBlocks: 1", "convolutionBlocks: 2"));

        assertThat(new TinyRun(folder).run(grown).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        // That both compute the same at first is checked before the first step, and at the export by the trained
        // blocks.
        assertThat(OnnxModel.read(Bundle.read(folder.resolve("bundle"))
                                .graphFile("denoiser")
                                .orElseThrow())
                        .floats())
                .containsKeys("down.0.first.weight", "down.1.first.weight", "up.1.second.bias");
    }

    @Test
    void aNewDenoiserLearnsTheLatentsOfABundlesAutoencoder() throws Exception {
        export("first", TinyRun.GENERATIVE);
        String text = TinyRun.PAGES + TinyRun.SMALL + TinyRun.GENERATIVE
                + "frozenEncoder: {path: first/bundle}\nfrozenAutoencoder: {path: first/bundle}\n"
                + "export: {directory: bundle, steps: 2}\nseed: 8\n";
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said).doesNotContain("started autoencoder").contains("started denoiser");
        Bundle first = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        for (String role : List.of("latentEncoder", "decoder")) {
            assertThat(ended.graphFile(role).orElseThrow())
                    .hasSameBinaryContentAs(first.graphFile(role).orElseThrow());
        }
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.at("/configuration/frozenAutoencoder/path").asText())
                .isEqualTo("bundle");
        assertThat(provenance.path("stages").fieldNames()).toIterable().containsExactly("denoiser");
    }

    @Test
    void aDenoiserOfLatentsGoesOnWithTheAutoencoderOfItsBundle() throws Exception {
        export("first", TinyRun.GENERATIVE);
        String again = fromFirst(TinyRun.GENERATIVE.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"));
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(again).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said).doesNotContain("started encoder", "started autoencoder");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        for (String role : List.of("latentEncoder", "decoder")) {
            assertThat(ended.graphFile(role).orElseThrow())
                    .hasSameBinaryContentAs(began.graphFile(role).orElseThrow());
        }
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(again.replace("decoderWidth: 8", "decoderWidth: 16")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.DENOISER))
                .hasMessageContaining("the run's autoencoder must have the shape of the bundle's")
                .hasMessageContaining("decoder.");
        export("pixels", TinyRun.GENERATIVE.replace("  model: {conv", "  space: pixel\n  model: {conv"));
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(again.replace("start: first/bundle", "start: pixels/bundle")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.DENOISER))
                .hasMessageContaining("it must hold a latentEncoder and a decoder, and has [encoder, denoiser]");
    }

    /** What denoises the latents knows nothing of who draws them. */
    @Test
    void aDecoderIsTrainedFurtherOverTheLatentsThatItsDenoiserKnows() throws Exception {
        export("first", TinyRun.GENERATIVE);
        String text = fromFirst(TinyRun.GENERATIVE
                .replace("autoencoder:\n", "autoencoder:\n  decoderOnly: true\n")
                .replace("decoderBlocks: 1", "decoderBlocks: 2")
                .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"));
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.stoppedEvery(3, text, TrainingRun.Stage.EXPORT))
                .as("asked whether to stop")
                .isGreaterThan(3);

        assertThat(tiny.said).contains("judged autoencoder at 4").doesNotContain("started encoder");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        assertThat(ended.graphFile("latentEncoder").orElseThrow())
                .hasSameBinaryContentAs(began.graphFile("latentEncoder").orElseThrow());
        Map<String, FloatTensor> before =
                OnnxModel.read(began.graphFile("decoder").orElseThrow()).floats();
        Map<String, FloatTensor> after =
                OnnxModel.read(ended.graphFile("decoder").orElseThrow()).floats();
        assertThat(after.get("decoder.half.0.first.weight").values())
                .isNotEqualTo(before.get("decoder.half.0.first.weight").values());
        assertThat(after).containsKey("decoder.half.1.first.weight");
        assertThat(ended.manifest().training().path("stages").fieldNames())
                .toIterable()
                .containsExactly("autoencoder", "denoiser");
    }

    /** A better decoder alone: what is not trained is in the new bundle as it was. */
    @Test
    void aDecoderGrowsBlocksAtTheFullSideWhileItsDenoiserStaysAsItIs() throws Exception {
        export("first", TinyRun.GENERATIVE.replace("refinement: 4", "refinement: 8"));
        String text = fromFirst(TinyRun.GENERATIVE
                .replace("autoencoder:\n", "autoencoder:\n  decoderOnly: true\n")
                .replace("refinement: 4", "refinement: 8, refinementBlocks: 2")
                .replace(
                        "denoiser:\n  training: {steps: 4", "denoiser:\n  start: first/bundle\n  training: {steps: 0"));
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said)
                .contains("judged autoencoder at 4", "the denoiser stays as it is, denoiser.training.steps being 0")
                .doesNotContain("started denoiser", "started latents of images");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        assertSameGraphs(began, ended, List.of("encoder", "latentEncoder", "denoiser"));
        assertThat(ended.unconditional().get("tokens"))
                .isEqualTo(began.unconditional().get("tokens"));
        assertThat(OnnxModel.read(ended.graphFile("decoder").orElseThrow())
                        .floats()
                        .get("decoder.full.1.second.weight")
                        .values())
                .as("a block that has learned")
                .isNotEqualTo(new float[8 * 8 * 3 * 3]);
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.path("stages").fieldNames()).toIterable().containsExactly("autoencoder");
        assertThat(provenance.path("run").asText()).startsWith("autoencoder-");
        assertThat(provenance.path("start").asText()).isEqualTo(began.digest());
    }

    private static void assertSameGraphs(Bundle began, Bundle ended, List<String> roles) {
        for (String role : roles) {
            assertThat(ended.graphFile(role).orElseThrow())
                    .as(role)
                    .hasSameBinaryContentAs(began.graphFile(role).orElseThrow());
        }
    }

    /** A better encoder alone, whose tokens are kept near what the denoiser knows. */
    @Test
    void anEncoderLearnsOnWhileItsDenoiserStaysAsItIs() throws Exception {
        export("first", TinyRun.GENERATIVE);
        String text = TinyRun.PAGES
                + TinyRun.SMALL.replace("encoder:\n", "encoder:\n  start: first/bundle\n  weights: {keep: 2}\n")
                + TinyRun.GENERATIVE.replace(
                        "denoiser:\n  training: {steps: 4", "denoiser:\n  start: first/bundle\n  training: {steps: 0")
                + "export: {directory: bundle, steps: 2}\n";
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said)
                .contains("judged encoder at 6", "the denoiser stays as it is, denoiser.training.steps being 0")
                .doesNotContain("started autoencoder", "started denoiser", "started latents of images");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        assertSameGraphs(began, ended, List.of("latentEncoder", "decoder", "denoiser"));
        assertThat(Files.mismatch(
                        ended.graphFile("encoder").orElseThrow(),
                        began.graphFile("encoder").orElseThrow()))
                .isNotEqualTo(-1);
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.path("stages").fieldNames()).toIterable().containsExactly("encoder");
        assertThat(provenance.path("start").asText()).isEqualTo(began.digest());
    }

    @Test
    void aDenoiserThatStaysAsItIsMustBeThereWithALatentSpaceThatStaysToo() {
        String untrained =
                TinyRun.GENERATIVE.replace("denoiser:\n  training: {steps: 4", "denoiser:\n  training: {steps: 0");
        for (String text : List.of(
                fromFirst(untrained),
                fromFirst(untrained.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n")),
                TinyRun.PAGES
                        + TinyRun.SMALL
                        + untrained
                                .replace("autoencoder:\n", "autoencoder:\n  decoderOnly: true\n")
                                .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"),
                TinyRun.PAGES
                        + TinyRun.SMALL.replace("encoder:\n", "encoder:\n  start: first/bundle\n")
                        + untrained.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"))) {
            assertThatThrownBy(() -> new TinyRun(folder).config(text))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining(
                            "it needs denoiser.start, and frozenEncoder.path and autoencoder.decoderOnly: true, or"
                                    + " encoder.start and encoder.weights.keep above 0");
        }
        assertThatThrownBy(() -> new TinyRun(folder)
                        .config(TinyRun.PAGES
                                + TinyRun.SMALL.replace("steps: 6", "steps: 0")
                                + TinyRun.GENERATIVE.replace("steps: 4", "steps: 0")))
                .hasMessageContaining("encoder.training.steps must be from 1")
                .hasMessageContaining("autoencoder.training.steps must be from 1");
    }

    @Test
    void aDecoderLearnsByWhatTheFrozenEncoderSees() throws Exception {
        export("first", TinyRun.GENERATIVE);
        String blind = fromFirst(TinyRun.GENERATIVE
                .replace("autoencoder:\n", "autoencoder:\n  decoderOnly: true\n")
                .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"));
        String seeing = blind.replace("half: 0.25", "half: 0.25, perception: 1000");

        assertThat(decoder(blind, "blind")).isNotEqualTo(decoder(seeing, "seeing"));

        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(seeing.replace("channels: [8, 8,", "channels: [8, 16,")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.AUTOENCODER))
                .hasMessageContaining("frozenEncoder is not an encoder of the shape of encoder.model")
                .hasMessageContaining("halvings.1.weight");
        foreign(folder.resolve("foreign"));
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run((TinyRun.PAGES + TinyRun.SMALL + TinyRun.GENERATIVE
                                        + "frozenEncoder: {path: foreign, pooling: mean}\n")
                                .replace("half: 0.25", "perception: 1")
                                .replace("directory: run", "directory: another"))
                        .run(TrainingRun.Stage.AUTOENCODER))
                .hasMessageContaining("frozenEncoder is not an encoder of the shape of encoder.model")
                .hasMessageContaining("is missing");
    }

    @Test
    void aDenoiserLearnsByWhatTheFrozenEncoderSees() throws Exception {
        export("first", TinyRun.GENERATIVE);

        Map<String, Double> seeing = judged(seeing("1000", "seeing"));

        assertThat(seeing.get("perception"))
                .isPositive()
                .isLessThan(judged(seeing("1.0e-9", "blind")).get("perception"));
        TinyRun stopped = new TinyRun(folder);
        assertThat(stopped.stoppedEvery(7, seeing("1000", "stopped"), TrainingRun.Stage.DENOISER))
                .isGreaterThan(7);
        assertThat(stopped.figures.get("denoiser")).isEqualTo(seeing);
        assertThatThrownBy(() -> judged(seeing("1", "other").replace("channels: [8, 8,", "channels: [8, 16,")))
                .hasMessageContaining("frozenEncoder is not an encoder of the shape of encoder.model");
    }

    /** A denoiser that goes on, looked at with that weight. */
    private static String seeing(String weight, String name) {
        return fromFirst(TinyRun.GENERATIVE.replace(
                        "denoiser:\n  training: {steps: 4, batch: 4",
                        "denoiser:\n  start: first/bundle\n  perception: {weight: " + weight
                                + ", until: 0.7, pairs: 3}\n  training: {steps: 40, batch: 8, rate: 1.0e-3, ema: 0.5"))
                .replace("directory: run", "directory: run-" + name);
    }

    /** What a denoiser was judged by in the end. */
    private Map<String, Double> judged(String text) throws Exception {
        TinyRun tiny = new TinyRun(folder);
        tiny.run(text).run(TrainingRun.Stage.DENOISER);
        return tiny.figures.get("denoiser");
    }

    /** Everything goes on at once: an encoder, an autoencoder that grows channels, and what denoises them. */
    @Test
    void allNetworksOfABundleAreTrainedFurtherAndLatentsGrowChannels() throws Exception {
        export("first", TinyRun.GENERATIVE);
        String text = further("keep: 0.5");
        TinyRun tiny = new TinyRun(folder);

        tiny.stoppedEvery(5, text, TrainingRun.Stage.EXPORT);

        assertThat(tiny.said).contains("started encoder", "started autoencoder", "started denoiser");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        assertThat(ended.manifest().sample().shape()).containsExactly(3, 8, 8);
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.path("start").asText()).isEqualTo(began.digest());
        for (String stage : List.of("encoder", "autoencoder", "denoiser")) {
            assertThat(provenance.at("/configuration/" + stage + "/start").asText())
                    .as(stage)
                    .isEqualTo("bundle");
            assertThat(provenance.path("stages").has(stage)).as(stage).isTrue();
        }
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(text.replace("channels: 3", "channels: 1").replace("directory: run", "directory: fewer"))
                        .run(TrainingRun.Stage.AUTOENCODER))
                .hasMessageContaining("the run's autoencoder must have the shape of the bundle's")
                .hasMessageContaining("encoder.toLatents.weight");
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(text.replace("channels: [8, 8,", "channels: [8, 16,")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.ENCODER))
                .hasMessageContaining("encoder.start is not an encoder of the shape of encoder.model");
    }

    @Test
    void anEncoderAloneIsTrainedFurther() throws Exception {
        new TinyRun(Files.createDirectories(folder.resolve("first")))
                .run(TinyRun.PAGES + TinyRun.SMALL + ENCODER)
                .run(TrainingRun.Stage.EXPORT);
        String again = TinyRun.PAGES
                + TinyRun.SMALL
                        .replace("encoder:\n", "encoder:\n  start: first/bundle\n")
                        .replace("batch: 4, warmup: 1", "batch: 4, rate: 1.0e-20, weightDecay: 0, warmup: 1")
                + ENCODER;

        assertThat(new TinyRun(folder).run(again).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertSameNumbers(folder.resolve("bundle/model.onnx"), folder.resolve("first/bundle/model.onnx"));
    }

    /** So that a denoiser that was taught by them still understands what it is told. */
    @Test
    void tokensThatAreKeptStrayLess() throws Exception {
        new TinyRun(Files.createDirectories(folder.resolve("first")))
                .run(TinyRun.PAGES + TinyRun.SMALL + ENCODER)
                .run(TrainingRun.Stage.EXPORT);

        double kept = strayedTokens("1000");

        assertThat(kept).isPositive().isLessThan(strayedTokens("1.0e-9") / 2);
    }

    private double strayedTokens(String keep) throws Exception {
        TinyRun tiny = new TinyRun(folder);
        tiny.run(TinyRun.PAGES
                        + TinyRun.SMALL
                                .replace(
                                        "encoder:\n",
                                        "encoder:\n  start: first/bundle\n  weights: {keep: " + keep + "}\n")
                                // Muon's steps are as long as the rate says, however strong the pull.
                                .replace("steps: 6, batch: 4", "steps: 40, batch: 4, rate: 1.0e-3, ema: 0.5")
                                .replace("directory: run", "directory: run-" + keep)
                        + ENCODER)
                .run(TrainingRun.Stage.ENCODER);
        return tiny.figures.get("encoder").get("strayed");
    }

    /** Every number of the graph that training began from is in the one that it ended with, but for rounding. */
    private static void assertSameNumbers(Path ended, Path began) throws IOException {
        Map<String, FloatTensor> weights = OnnxModel.read(ended).floats();
        OnnxModel.read(began).floats().forEach((name, tensor) -> assertThat(
                        weights.get(name).values())
                .as(name)
                .containsExactly(tensor.values(), Offset.offset(1e-6f)));
    }

    @Test
    void latentsThatAreKeptStrayLess() throws Exception {
        export("first", TinyRun.GENERATIVE);

        double kept = strayed("keep: 1000");

        assertThat(kept).isPositive().isLessThan(strayed("keep: 1.0e-9") / 2);
    }

    /** How far the latents of the bundle "first" strayed while its autoencoder was trained further. */
    private double strayed(String weight) throws Exception {
        TinyRun tiny = new TinyRun(folder);
        tiny.run(further(weight).replace("directory: run", "directory: " + weight.replaceAll("[^a-z0-9]", "-")))
                .run(TrainingRun.Stage.AUTOENCODER);
        return tiny.figures.get("autoencoder").get("strayed");
    }

    private static String further(String weight) {
        return TinyRun.PAGES
                + TinyRun.SMALL.replace("encoder:\n", "encoder:\n  start: first/bundle\n")
                + TinyRun.GENERATIVE
                        .replace("autoencoder:\n", "autoencoder:\n  start: first/bundle\n")
                        .replace("half: 0.25", "half: 0.25, " + weight)
                        .replace(
                                "channels: 2, encoderWidth: 8, encoderBlocks: 1",
                                "channels: 3, encoderWidth: 8, encoderBlocks: 2")
                        .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n")
                + "export: {directory: bundle, steps: 2}\n";
    }

    /** Trains in folders of that name, and reads a weight of the decoder. */
    private float[] decoder(String text, String name) throws Exception {
        new TinyRun(folder)
                .run(text.replace("directory: run", "directory: run-" + name)
                        .replace("directory: bundle", "directory: bundle-" + name))
                .run(TrainingRun.Stage.EXPORT);
        return OnnxModel.read(Bundle.read(folder.resolve("bundle-" + name))
                        .graphFile("decoder")
                        .orElseThrow())
                .floats()
                .get("decoder.half.0.first.weight")
                .values();
    }

    @Test
    void anEncoderWhoseTokensFormNoSquareIsNotAlignedWith() throws Exception {
        foreign(folder.resolve("foreign"));
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
        export("first", TinyRun.GENERATIVE);
        Path manifest = folder.resolve("first/bundle/bundle.json");
        ObjectMapper json = new ObjectMapper();
        JsonNode said = json.readTree(manifest.toFile());
        ((ObjectNode) said.at("/graphs/encoder/inputs")).put("pixels", "picture");
        ((ObjectNode) said.at("/graphs/encoder/outputs")).put("tokens", "words");
        json.writeValue(manifest.toFile(), said);

        assertThatThrownBy(() ->
                        new TinyRun(folder).run(fromFirst(TinyRun.GENERATIVE)).run(TrainingRun.Stage.EXPORT))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("has no input 'picture', which the manifest names; it has [pixels]")
                .hasMessageContaining("has no output 'words', which the manifest names; it has [tokens, pooled]");
    }

    /** In the layout of DINOv2: patches of 16 mixed at random, without a pooled output; pictures of 48, cut of 52. */
    private static void foreign(Path place) throws IOException {
        GraphBuilder graph = new GraphBuilder("encoder", 18);
        Shape.Dimension dynamic = new Shape.Dimension("", -1);
        Value pixels =
                graph.input("pixel_values", ElementType.FLOAT, new Shape(List.of(dynamic, dynamic, dynamic, dynamic)));
        Random random = new Random(7);
        float[] kernel = new float[6 * 3 * 16 * 16];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) random.nextGaussian() / 16;
        }
        Value map = graph.node("Conv", pixels, graph.floats("kernel", new long[] {6, 3, 16, 16}, kernel))
                .setList("strides", 16, 16)
                .output();
        Value flat = graph.node("Reshape", map, graph.longs(0, 6, -1)).output();
        Value tokens = graph.node("Transpose", graph.node("Tanh", flat).output())
                .setList("perm", 0, 2, 1)
                .output();
        graph.output("last_hidden_state", tokens, ElementType.FLOAT, new Shape(List.of(dynamic, dynamic, dynamic)));
        Files.createDirectories(place);
        graph.build().write(place.resolve("model.onnx"));
        Files.writeString(place.resolve("preprocessor_config.json"), """
                {"do_resize": true, "size": {"shortest_edge": 52}, "resample": 3, "do_center_crop": true,
                 "crop_size": {"height": 48, "width": 48}, "do_rescale": true, "rescale_factor": 0.00392156862745098,
                 "do_normalize": true, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}""");
    }
}
