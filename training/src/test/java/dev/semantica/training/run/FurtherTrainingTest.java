package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in which networks of a bundle learn on. */
class FurtherTrainingTest {

    private static final String ENCODER = "export: {content: encoder, directory: bundle}\n";

    @TempDir
    private Path folder;

    @Test
    void trainingGoesOnFromABundle() throws Exception {
        String pixels = TinyRun.GENERATIVE.replace("  model: {conv", "  space: pixel\n  model: {output: sample, conv");
        TinyRun.export(folder, "first", pixels);
        String again = TinyRun.fromFirst(pixels.replace("  space: pixel", "  space: pixel\n  start: first/bundle")
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

    /** The graph of a denoiser of velocities does not tell which noise it has learned to take away. */
    @Test
    void aDenoiserGoesOnUnderTheNoiseThatItKnows() throws Exception {
        String shifted = TinyRun.GENERATIVE.replace("denoiser:\n", "denoiser:\n  shift: 0.25\n");
        TinyRun.export(folder, "first", shifted);
        String another =
                TinyRun.fromFirst(TinyRun.GENERATIVE.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"));
        TinyRun tiny = new TinyRun(folder);

        assertThatThrownBy(() -> tiny.run(another).run(TrainingRun.Stage.EXPORT))
                .hasMessageStartingWith("denoiser.shift is 1.0, but the denoiser of")
                .hasMessageEndingWith("was trained with 0.25; set denoiser.shift: 0.25");
        assertThat(tiny.said).as("before anything is done").isEmpty();
        String same = another.replace("denoiser:\n", "denoiser:\n  shift: 0.25\n");
        assertThat(new TinyRun(folder).run(same).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);
        assertThat(Bundle.read(folder.resolve("bundle"))
                        .manifest()
                        .noiseSchedule()
                        .shift())
                .isEqualTo(0.25);
    }

    /** Exported twice from one trained denoiser: nothing is trained again. */
    @Test
    void aShareOfTheWeightsThatTrainingStartedFromIsExported() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        String whole = TinyRun.fromFirst(TinyRun.GENERATIVE
                .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n")
                .replace("batch: 4, warmup: 1", "batch: 4, rate: 1.0e-2, warmup: 1"));
        new TinyRun(folder).run(whole).run(TrainingRun.Stage.EXPORT);
        TinyRun again = new TinyRun(folder);

        again.run(whole.replace("{directory: bundle, ", "{directory: mixed, startShare: 0.75, "))
                .run(TrainingRun.Stage.EXPORT);

        assertThat(again.said).contains("of the denoiser's weights, 0.75 are those it started from");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        Bundle mixed = Bundle.read(folder.resolve("mixed"));
        Map<String, FloatTensor> from = TinyRun.weights(began, "denoiser");
        Map<String, FloatTensor> to = TinyRun.weights(ended, "denoiser");
        Map<String, FloatTensor> between = TinyRun.weights(mixed, "denoiser");
        int moved = 0;
        for (String name : between.keySet()) {
            float[] expected = from.get(name).values().clone();
            float[] trained = to.get(name).values();
            for (int i = 0; i < expected.length; i++) {
                moved += expected[i] == trained[i] ? 0 : 1;
                expected[i] = 0.75f * expected[i] + 0.25f * trained[i];
            }
            assertThat(between.get(name).values()).as(name).containsExactly(expected, Offset.offset(1e-6f));
        }
        assertThat(moved).as("weights that were trained").isGreaterThan(1000);
        assertThat(mixed.manifest().training().path("run"))
                .isEqualTo(ended.manifest().training().path("run"));
        assertThat(mixed.manifest()
                        .training()
                        .at("/configuration/export/startShare")
                        .asDouble())
                .isEqualTo(0.75);
        assertThat(mixed.unconditional().get("tokens"))
                .isNotEqualTo(ended.unconditional().get("tokens"));
    }

    @Test
    void aDenoiserGrowsConvolutionalBlocksThatBeginAsTheIdentity() throws Exception {
        String pixels = TinyRun.GENERATIVE.replace("  model: {conv", "  space: pixel\n  model: {conv");
        TinyRun.export(folder, "first", pixels);
        String grown = TinyRun.fromFirst(pixels.replace("  space: pixel", "  space: pixel\n  start: first/bundle")
                .replace("convolutionBlocks: 1", "convolutionBlocks: 2"));

        assertThat(new TinyRun(folder).run(grown).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        // That both compute the same at first is checked before the first step, and at the export by the trained
        // blocks.
        assertThat(TinyRun.weights(Bundle.read(folder.resolve("bundle")), "denoiser"))
                .containsKeys("down.0.first.weight", "down.1.first.weight", "up.1.second.bias");
    }

    @Test
    void aDenoiserOfLatentsGoesOnWithTheAutoencoderOfItsBundle() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        String again =
                TinyRun.fromFirst(TinyRun.GENERATIVE.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"));
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(again).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said).doesNotContain("started encoder", "started autoencoder");
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        TinyRun.assertSameGraphs(began, ended, List.of("latentEncoder", "decoder"));
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(again.replace("decoderWidth: 8", "decoderWidth: 16")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.DENOISER))
                .hasMessageContaining("the run's autoencoder must have the shape of the bundle's")
                .hasMessageContaining("decoder.");
        TinyRun.export(
                folder, "pixels", TinyRun.GENERATIVE.replace("  model: {conv", "  space: pixel\n  model: {conv"));
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(again.replace("start: first/bundle", "start: pixels/bundle")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.DENOISER))
                .hasMessageContaining("it must hold a latentEncoder and a decoder, and has [encoder, denoiser]");
    }

    /** What denoises the latents knows nothing of who draws them. */
    @Test
    void aDecoderIsTrainedFurtherOverTheLatentsThatItsDenoiserKnows() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        String text = TinyRun.fromFirst(TinyRun.GENERATIVE
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
        TinyRun.assertSameGraphs(began, ended, List.of("latentEncoder"));
        Map<String, FloatTensor> before = TinyRun.weights(began, "decoder");
        Map<String, FloatTensor> after = TinyRun.weights(ended, "decoder");
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
        TinyRun.export(folder, "first", TinyRun.GENERATIVE.replace("refinement: 4", "refinement: 8"));
        String text = TinyRun.fromFirst(TinyRun.GENERATIVE
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
        TinyRun.assertSameGraphs(began, ended, List.of("encoder", "latentEncoder", "denoiser"));
        assertThat(ended.unconditional().get("tokens"))
                .isEqualTo(began.unconditional().get("tokens"));
        assertThat(TinyRun.weights(ended, "decoder")
                        .get("decoder.full.1.second.weight")
                        .values())
                .as("a block that has learned")
                .isNotEqualTo(new float[8 * 8 * 3 * 3]);
        JsonNode provenance = ended.manifest().training();
        assertThat(provenance.path("stages").fieldNames()).toIterable().containsExactly("autoencoder");
        assertThat(provenance.path("run").asText()).startsWith("autoencoder-");
        assertThat(provenance.path("start").asText()).isEqualTo(began.digest());
    }

    /** A better encoder alone, whose tokens are kept near what the denoiser knows. */
    @Test
    void anEncoderLearnsOnWhileItsDenoiserStaysAsItIs() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
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
        TinyRun.assertSameGraphs(began, ended, List.of("latentEncoder", "decoder", "denoiser"));
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
                TinyRun.fromFirst(untrained),
                TinyRun.fromFirst(untrained.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n")),
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

    /** Everything goes on at once: an encoder, an autoencoder that grows channels, and what denoises them. */
    @Test
    void allNetworksOfABundleAreTrainedFurtherAndLatentsGrowChannels() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
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
    void latentsThatAreKeptStrayLess() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);

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

    @Test
    void anEncoderAloneIsTrainedFurther() throws Exception {
        exportEncoder();
        String again = TinyRun.PAGES
                + TinyRun.SMALL
                        .replace("encoder:\n", "encoder:\n  start: first/bundle\n")
                        .replace("batch: 4, warmup: 1", "batch: 4, rate: 1.0e-20, weightDecay: 0, warmup: 1")
                + ENCODER;

        assertThat(new TinyRun(folder).run(again).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertSameNumbers(folder.resolve("bundle/model.onnx"), folder.resolve("first/bundle/model.onnx"));
    }

    /** Every number of the graph that training began from is in the one that it ended with, but for rounding. */
    private static void assertSameNumbers(Path ended, Path began) throws IOException {
        Map<String, FloatTensor> weights = OnnxModel.read(ended).floats();
        OnnxModel.read(began).floats().forEach((name, tensor) -> assertThat(
                        weights.get(name).values())
                .as(name)
                .containsExactly(tensor.values(), Offset.offset(1e-6f)));
    }

    /** So that a denoiser that was taught by them still understands what it is told. */
    @Test
    void tokensThatAreKeptStrayLess() throws Exception {
        exportEncoder();

        double kept = strayedTokens("1000");

        assertThat(kept).isPositive().isLessThan(strayedTokens("1.0e-9") / 2);
    }

    /** Trains an encoder alone in the folder "first". */
    private void exportEncoder() throws Exception {
        new TinyRun(Files.createDirectories(folder.resolve("first")))
                .run(TinyRun.PAGES + TinyRun.SMALL + ENCODER)
                .run(TrainingRun.Stage.EXPORT);
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
}
