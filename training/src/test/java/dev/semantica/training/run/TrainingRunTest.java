package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.semantica.evaluation.feature.FeatureEncoder;
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
import dev.semantica.training.data.PairBatches;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingRunTest {

    private static final String PAGES =
            "data: {side: 32, validation: 0.2, sources: [{type: procedural, pages: 24, images: 3}]}\n";
    private static final String ENCODER_ALONE =
            PAGES + TinyRun.SMALL + "export: {content: encoder, directory: encoder}\n";

    @TempDir
    private Path folder;

    /** Trains a bundle in a folder of its own. */
    private void export(String name, String generative) throws Exception {
        new TinyRun(Files.createDirectories(folder.resolve(name)))
                .run(PAGES + TinyRun.SMALL + generative + "export: {directory: bundle, steps: 2}\n")
                .run(TrainingRun.Stage.EXPORT);
    }

    @Test
    void anEncoderAloneIsTrainedAndReadByTheEvaluation() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        assertThat(tiny.run(ENCODER_ALONE).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said).contains("started encoder").doesNotContain("started autoencoder", "started denoiser");
        Path place = folder.resolve("encoder");
        assertThat(Files.readString(place.resolve("encoder.json")))
                .contains("\"run\" : \"encoder-")
                .doesNotContain(folder.toString());
        try (FeatureEncoder encoder = FeatureEncoder.open(place, null, 1)) {
            assertThat(encoder.name()).contains("pooled");
            RgbImage black = new RgbImage(32, 32, new byte[3 * 32 * 32]);
            byte[] bright = new byte[3 * 32 * 32];
            new Random(1).nextBytes(bright);
            List<double[]> features = encoder.encode(List.of(black, new RgbImage(32, 32, bright)));
            assertThat(features.get(0)).hasSize(16);
            assertThat(features.get(1)).isNotEqualTo(features.get(0));
        }
        assertThatThrownBy(() -> new TinyRun(folder).run(ENCODER_ALONE).run(TrainingRun.Stage.EXPORT))
                .hasMessageContaining("exists already");
    }

    @Test
    void aTakenPlaceIsSaidBeforeAnythingIsDone() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        Files.createDirectory(folder.resolve("encoder"));

        assertThatThrownBy(() -> tiny.run(ENCODER_ALONE).run(TrainingRun.Stage.EXPORT))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("exists already");

        assertThat(tiny.said).isEmpty();
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(tiny.run(ENCODER_ALONE).run(TrainingRun.Stage.PAGES)).isEqualTo(StageEnd.DONE);
    }

    @Test
    void aDirectoryIsTrainedInByOneRunAtATime() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        List<Throwable> refused = new ArrayList<>();
        BooleanSupplier intruding = () -> {
            refused.add(catchThrowable(() -> tiny.run(ENCODER_ALONE).run(TrainingRun.Stage.EXPORT)));
            refused.add(catchThrowable(() -> tiny.run(ENCODER_ALONE).survey()));
            return true;
        };

        assertThat(tiny.run(ENCODER_ALONE, intruding).run(TrainingRun.Stage.EXPORT))
                .isEqualTo(StageEnd.STOPPED);

        assertThat(refused).hasSize(2).allSatisfy(thrown -> assertThat(thrown)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Another run is at work in")
                .hasMessageContaining("another directory"));
        assertThat(tiny.run(ENCODER_ALONE).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);
    }

    @Test
    void toldToStopItDoesNotPackThePagesToTheEnd() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        // More than are packed between two looks at whether to stop.
        String many = ENCODER_ALONE.replace("pages: 24", "pages: 260");

        assertThat(tiny.run(many, () -> true).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.STOPPED);

        assertThat(tiny.said).contains("started pages").doesNotContain("started encoder");
        try (Stream<Path> left = Files.list(folder.resolve("run"))) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
        assertThat(tiny.run(many).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);
    }

    @Test
    void everyStageIsTakenUpWhereItStopped() throws Exception {
        String text = PAGES + TinyRun.SMALL + TinyRun.GENERATIVE + "export: {directory: bundle, steps: 2}\n";
        TinyRun tiny = new TinyRun(folder);
        int[] asked = {0};
        int stops = 0;
        while (tiny.run(text, () -> ++asked[0] % 3 == 0).run(TrainingRun.Stage.EXPORT) == StageEnd.STOPPED) {
            stops++;
        }
        assertThat(stops).isBetween(3, 8);
        String first = denoiser(folder.resolve("bundle"));

        Path other = Files.createDirectories(folder.resolve("other"));
        TinyRun whole = new TinyRun(other);
        assertThat(whole.run(text).run(TrainingRun.Stage.DENOISER)).isEqualTo(StageEnd.DONE);
        assertThat(other.resolve("bundle")).doesNotExist();
        assertThat(whole.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);
        assertThat(denoiser(other.resolve("bundle"))).isEqualTo(first);
        try (Stream<Path> stages = Files.list(other.resolve("run"))) {
            assertThat(stages.map(path -> path.getFileName().toString()))
                    .contains("encoder", "autoencoder", "denoiser", "frozen");
        }
        assertThat(other.resolve("run/denoiser/sheets/step-000000004.png")).exists();
    }

    @ParameterizedTest
    @EnumSource(
            value = PairBatches.Objective.class,
            names = {"RECONSTRUCT", "LABEL_GROUPED"})
    void theOtherObjectivesAreOneSwitch(PairBatches.Objective objective) throws Exception {
        String text = PAGES + TinyRun.SMALL
                + TinyRun.GENERATIVE.replace(
                        "  model: {conv", "  space: pixel\n  objective: " + objective + "\n  model: {conv")
                + "export: {directory: bundle, steps: 2}\n";

        assertThat(new TinyRun(folder).run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        Bundle bundle = Bundle.read(folder.resolve("bundle"));
        assertThat(bundle.manifest().sample().space()).isEqualTo("pixel");
        assertThat(bundle.manifest()
                        .training()
                        .at("/configuration/denoiser/objective")
                        .asText())
                .isEqualTo(objective.name());
        JsonNode provenance = bundle.manifest().training();
        assertThat(provenance.path("stages").fieldNames()).toIterable().containsExactly("encoder", "denoiser");
        JsonNode denoiser = provenance.at("/stages/denoiser");
        assertThat(denoiser.path("steps").asLong()).isEqualTo(4);
        assertThat(denoiser.path("samples").asLong())
                .isEqualTo(4
                        * provenance
                                .at("/configuration/denoiser/training/batch")
                                .asLong());
        assertThat(denoiser.at("/judged/loss").asDouble()).isPositive();
        assertThat(provenance.path("host").asText()).contains("PyTorch");
        assertThat(provenance.has("start")).isFalse();
    }

    private static String denoiser(Path bundle) throws Exception {
        return Bundle.read(bundle).manifest().graphs().get("denoiser").sha256();
    }

    @Test
    void anotherConfigurationIsNamedByWhatDiffers() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        tiny.run(ENCODER_ALONE).run(TrainingRun.Stage.ENCODER);

        assertThatThrownBy(() ->
                        tiny.run(ENCODER_ALONE.replace("heads: 2", "heads: 4")).run(TrainingRun.Stage.ENCODER))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("encoder.model.heads was 2 there and is 4 now.")
                .hasMessageContaining("Give the run another directory");
    }

    @Test
    void poorPagesAreNamedAndTrainedOnAllTheSame() throws Exception {
        Path pages = Files.createDirectories(folder.resolve("pages"));
        for (int page = 0; page < 8; page++) {
            picture(pages.resolve("page-" + page + "/0.png"), page);
            picture(pages.resolve("page-" + page + "/1.png"), page + 100);
        }
        picture(pages.resolve("single/0.png"), 50);
        picture(pages.resolve("twin#1/0.png"), 60);
        picture(pages.resolve("twin#1/1.png"), 60);
        Files.createDirectories(pages.resolve("empty"));
        TinyRun tiny = new TinyRun(folder);
        String text = ENCODER_ALONE.replace("{type: procedural, pages: 24, images: 3}", "{type: files, path: pages}");

        assertThat(tiny.run(text).run(TrainingRun.Stage.ENCODER)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.said)
                .contains("1 left out in all; skipped.jsonl beside the packed pages lists them")
                .contains("1 pages have one image and give no pair: pages/single")
                .anyMatch(line -> line.startsWith("1 images are the same as another of their page"))
                .anyMatch(line -> line.contains("left out: page pages/empty: it has no image"));
    }

    @Test
    void aFolderWithoutPairsSaysSo() throws Exception {
        Path pages = Files.createDirectories(folder.resolve("pages"));
        picture(pages.resolve("a/0.png"), 1);
        picture(pages.resolve("b/0.png"), 2);
        String text = ENCODER_ALONE.replace("{type: procedural, pages: 24, images: 3}", "{type: files, path: pages}");

        assertThatThrownBy(() -> new TinyRun(folder).run(text).run(TrainingRun.Stage.ENCODER))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("has a pair of images")
                .hasMessageContaining("bring pages of two and more images");
    }

    @Test
    void anEncoderThatIsThereAlreadyConditionsABundle() throws Exception {
        foreign(folder.resolve("foreign"));
        String text =
                PAGES + TinyRun.SMALL + TinyRun.GENERATIVE.replace("  model: {conv", "  alignment: 0\n  model: {conv")
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
        String text = PAGES + TinyRun.SMALL
                + TinyRun.GENERATIVE
                        .replace("  model: {conv", "  alignment: 0\n  space: pixel\n  model: {conv")
                        .replace("crossWidth: 16", "crossWidth: 0")
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";
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
        String again = PAGES + TinyRun.SMALL
                + pixels.replace("  space: pixel", "  space: pixel\n  start: first/bundle")
                        .replace("batch: 4, warmup: 1", "batch: 4, rate: 1.0e-20, weightDecay: 0, warmup: 1")
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";
        TinyRun tiny = new TinyRun(folder);

        assertThat(tiny.run(again).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        // A rate of nearly nothing leaves all weights where they began, but for the rounding of their averages.
        Bundle began = Bundle.read(folder.resolve("first/bundle"));
        Bundle ended = Bundle.read(folder.resolve("bundle"));
        Map<String, FloatTensor> weights =
                OnnxModel.read(ended.graphFile("denoiser").orElseThrow()).floats();
        OnnxModel.read(began.graphFile("denoiser").orElseThrow()).floats().forEach((name, tensor) -> assertThat(
                        weights.get(name).values())
                .as(name)
                .containsExactly(tensor.values(), Offset.offset(1e-6f)));
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
        String grown = PAGES + TinyRun.SMALL
                + pixels.replace("  space: pixel", "  space: pixel\n  start: first/bundle")
                        .replace("convolutionBlocks: 1", "convolutionBlocks: 2")
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";

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
        String text = PAGES + TinyRun.SMALL + TinyRun.GENERATIVE
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
        String again = PAGES + TinyRun.SMALL
                + TinyRun.GENERATIVE.replace("denoiser:\n", "denoiser:\n  start: first/bundle\n")
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";
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
        String text = PAGES + TinyRun.SMALL
                + TinyRun.GENERATIVE
                        .replace("autoencoder:\n", "autoencoder:\n  decoderOnly: true\n")
                        .replace("decoderBlocks: 1", "decoderBlocks: 2")
                        .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n")
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";
        TinyRun tiny = new TinyRun(folder);

        int[] asked = {0};
        while (tiny.run(text, () -> ++asked[0] % 3 == 0).run(TrainingRun.Stage.EXPORT) == StageEnd.STOPPED) {
            assertThat(asked[0]).isLessThan(100);
        }
        assertThat(asked[0]).as("asked whether to stop").isGreaterThan(3);

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

    @Test
    void anEncoderWhoseTokensFormNoSquareIsNotAlignedWith() throws Exception {
        foreign(folder.resolve("foreign"));
        String text = PAGES + TinyRun.SMALL + TinyRun.GENERATIVE + "frozenEncoder: {path: foreign, pooling: mean}\n";
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
        String text = PAGES + TinyRun.SMALL + "denoiser: {alignment: 0}\nautoencoder: {model: {side: 32}}\n"
                + "frozenEncoder: {path: none}\n";
        assertThatThrownBy(() -> new TinyRun(folder).run(text).run(TrainingRun.Stage.EXPORT))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("none")
                .hasMessageContaining("preprocessor_config.json");
    }

    @Test
    void theFilterIsMeasuredOnAnnotatedPages() throws Exception {
        String noisy = ENCODER_ALONE.replace("images: 3", "images: 5, foreign: 0.3, nearDuplicates: 0.2");
        PairReport report = new TinyRun(folder).run(noisy).survey().orElseThrow();

        assertThat(report.isAnnotated()).isTrue();
        assertThat(report.pairs()).hasSizeGreaterThan(100).allMatch(pair -> Math.abs(pair.cosine()) <= 1 + 1e-9);
        assertThat(report.foreign(new RunConfig.Filter(2, 3)))
                .hasValueSatisfying(score -> assertThat(score.recall()).isEqualTo(1));
        Path png = folder.resolve("pairs.png");
        PairChart.write(report, png);
        assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(900);
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

    private static void picture(Path file, int seed) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int i = 0; i < 32 * 32; i++) {
            image.setRGB(i % 32, i / 32, random.nextInt(0x1000000));
        }
        ImageIO.write(image, "png", file.toFile());
    }
}
