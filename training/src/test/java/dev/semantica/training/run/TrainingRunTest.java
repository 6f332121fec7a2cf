package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PairBatches;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingRunTest {

    private static final String ENCODER_ALONE =
            TinyRun.PAGES + TinyRun.SMALL + "export: {content: encoder, directory: encoder}\n";

    @TempDir
    private Path folder;

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

    @ParameterizedTest
    @CsvSource({"0, true", "0.5, true", "1, false"})
    void anEncoderIsAskedForColoursWherePicturesKeepThem(double colourless, boolean asked) throws Exception {
        TinyRun tiny = new TinyRun(folder);
        // Of fewer pages no factor is asked for.
        String text = ENCODER_ALONE
                .replace("pages: 24", "pages: 160")
                .replace("pictureSide: 8", "pictureSide: 8\n  colourless: " + colourless);

        assertThat(tiny.run(text).run(TrainingRun.Stage.EXPORT)).isEqualTo(StageEnd.DONE);

        assertThat(tiny.figures.get("encoder")).containsKey("kind");
        assertThat(tiny.figures.get("encoder").containsKey("main")).isEqualTo(asked);
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
        String text = TinyRun.PAGES + TinyRun.SMALL + TinyRun.GENERATIVE + "export: {directory: bundle, steps: 2}\n";
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
        String text = TinyRun.PAGES + TinyRun.SMALL
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

    /** As pages filter leaves a chart in the run's directory, which would be a page of one image. */
    @Test
    void aRunLiesOutsideOfItsPages() throws Exception {
        picture(folder.resolve("a/0.png"), 1);
        picture(folder.resolve("a/1.png"), 2);
        String text = ENCODER_ALONE.replace("{type: procedural, pages: 24, images: 3}", "{type: files, path: .}");

        assertThatThrownBy(() -> new TinyRun(folder).run(text))
                .hasMessageContaining("directory must lie outside of the pages in " + folder)
                .hasMessageContaining("export.directory must lie outside of the pages in " + folder);
    }

    @Test
    void sourcesThatAreNotThereAreToldBeforeAnythingIsDone() throws Exception {
        String text = ENCODER_ALONE.replace("{type: procedural, pages: 24, images: 3}", "{type: files, path: pages}");
        TinyRun tiny = new TinyRun(folder);

        assertThatThrownBy(() -> tiny.run(text).run(TrainingRun.Stage.PAGES))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("pages does not exist; name a folder of pages");
        assertThat(tiny.said).isEmpty();
    }

    @Test
    void namesOfHeldOutPagesThatAreOfNoPageAreTold() throws Exception {
        Path pages = Files.createDirectories(folder.resolve("pages"));
        for (int page = 0; page < 8; page++) {
            picture(pages.resolve("page-" + page + "/0.png"), page);
            picture(pages.resolve("page-" + page + "/1.png"), page + 100);
        }
        String text = ENCODER_ALONE
                .replace("{type: procedural, pages: 24, images: 3}", "{type: files, path: pages}")
                .replace("data: {", "data: {heldOut: held-out.txt, ");
        TinyRun tiny = new TinyRun(folder);

        assertThatThrownBy(() -> tiny.run(text).run(TrainingRun.Stage.PAGES))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("held-out.txt is no file; it holds names of pages");
        assertThat(tiny.said).as("before pages are packed").isEmpty();
        Files.writeString(folder.resolve("held-out.txt"), "page 3\npage_4\n");
        assertThatThrownBy(() -> tiny.run(text).run(TrainingRun.Stage.PAGES))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("names no page that is there, but page 3, page_4");
        Files.writeString(folder.resolve("held-out.txt"), "page-3 \n\n  page-5\r\npage_4\n");
        assertThat(tiny.run(text).run(TrainingRun.Stage.PAGES)).isEqualTo(StageEnd.DONE);
        assertThat(tiny.said)
                .contains("1 of 3 names of data.heldOut are of no page: page_4")
                .contains("4 pages to train on, 2 to judge by, 16 images in all");
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
