package dev.semantica.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.report.EvaluationReport;
import dev.semantica.evaluation.report.ReportFiles;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On drawn squares: a class is a colour, its images differ in where and how large the square is. */
class FewShotTest {

    private static final int CLASSES = 6;
    private static final int IMAGES = 20;
    private static final FewShot.Plan PLAN = new FewShot.Plan(2, 5, 1, 11, 0.999, true);

    @TempDir
    static Path directory;

    private static OnnxBundle bundle;
    private static Features features;
    private static List<LabelledImage> images;
    private static FeatureMatrix matrix;

    @BeforeAll
    static void encode() throws Exception {
        bundle = OnnxBundle.load(
                Bundle.read(Path.of("..", "models", "pages-lab")),
                new ExecutionProvider(ExecutionProvider.Kind.CPU, 2, 0, 0));
        features = new Features(
                FeatureEncoder.ofBundle(bundle, null),
                new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()),
                directory.resolve("features"));
        images = new ArrayList<>();
        List<byte[]> files = new ArrayList<>();
        for (int label = 0; label < CLASSES; label++) {
            for (int i = 0; i < IMAGES; i++) {
                byte[] file = square(label, i);
                files.add(file);
                images.add(new LabelledImage("colour-" + label + "/" + i + ".png", "colour-" + label, () -> file));
            }
        }
        matrix = features.ofFiles(files, done -> {});
        assertThat(features.ofFiles(files, done -> {}).values())
                .as("features from the cache")
                .isEqualTo(matrix.values());
    }

    @AfterAll
    static void close() {
        bundle.close();
    }

    @Test
    void aModelThatCopiesIsMostConsistentAndRecallsLeast() throws Exception {
        FewShot.Outcome copying = new FewShot(features, PLAN).run(0, images, matrix, FewShotTest::copies);
        FewShot.Outcome perfect = new FewShot(features, PLAN).run(0, images, matrix, FewShotTest::mates);

        assertThat(copying.consistency().get(FewShot.VARIATIONS).similarity().mean())
                .isGreaterThan(perfect.consistency()
                        .get(FewShot.VARIATIONS)
                        .similarity()
                        .mean());
        assertThat(score(copying, "recall_3")).isLessThan(score(perfect, "recall_3"));
        assertThat(score(copying, "coverage_3")).isLessThan(score(perfect, "coverage_3"));
        assertThat(copying.consistency().get(FewShot.VARIATIONS).copies().mean())
                .isEqualTo(1);
        assertThat(copying.shots()).isEqualTo(perfect.shots()).hasSize(12).doesNotHaveDuplicates();
        assertThat(copying.n()).isEqualTo(54);
        assertThat(copying.scores()).hasSize(4);
        assertThat(perfect.probe()).hasSize(5).allSatisfy((trained, accuracy) -> assertThat(accuracy)
                .as(trained)
                .isBetween(0.5, 1.0));
        assertThat(perfect.probe().get("shots and variations"))
                .isGreaterThanOrEqualTo(perfect.probe().get("shots alone"));
    }

    @Test
    void anAutoencoderIsJudgedByItselfAndChangesNoOtherFigure() throws Exception {
        FewShot.Outcome without = new FewShot(features, PLAN).run(0, images, matrix, FewShotTest::mates);
        FewShot.Outcome with =
                new FewShot(features, PLAN, new BundleAutoencoder(bundle)).run(0, images, matrix, FewShotTest::mates);

        Map<String, Double> alone = with.scores().get(FewShot.AUTOENCODER);
        assertThat(alone.get(FewShot.PSNR)).isBetween(15.0, 45.0);
        assertThat(alone.get("kernel_distance"))
                .isGreaterThan(with.scores().get("real images (floor)").get("kernel_distance"));
        Map<String, Map<String, Double>> others = new LinkedHashMap<>(with.scores());
        others.remove(FewShot.AUTOENCODER);
        assertThat(others).isEqualTo(without.scores());
        assertThat(with.probe()).isEqualTo(without.probe());
        assertThat(without.scores()).doesNotContainKey(FewShot.AUTOENCODER);
    }

    @Test
    void whatTooFewImagesAllowIsLeftOutWithItsReason() throws Exception {
        FewShot.Outcome outcome = new FewShot(features, PLAN).run(0, images, matrix, FewShotTest::copies);

        assertThat(outcome.missing().get("frechet_distance")).contains("at least 193 images");
        assertThat(outcome.scores().values()).allSatisfy(scores -> assertThat(scores)
                .doesNotContainKey("frechet_distance")
                .containsKeys("kernel_distance", "recall_5"));
    }

    @Test
    void theSameInputsGiveTheSameReportButForItsDate() throws Exception {
        for (String run : List.of("first", "second")) {
            FewShot.Outcome outcome = new FewShot(features, PLAN).run(0, images, matrix, FewShotTest::mates);
            EvaluationReport report = EvaluationReport.of(
                    run,
                    "semantica evaluate squares",
                    new EvaluationReport.Dataset("squares", images.size(), CLASSES),
                    new EvaluationReport.Encoder("pages-lab", features.encoder().digest(), matrix.dimension()),
                    PLAN,
                    List.of(outcome));
            ReportFiles.write(
                    report, List.of(new ReportFiles.Sheet("Drawn by lot", square(0, 0))), directory.resolve(run));
        }

        JsonNode json = new ObjectMapper()
                .readTree(directory.resolve("first").resolve("report.json").toFile());
        assertThat(json.at("/candidates/variations/scores/recall_3/mean").isNumber())
                .isTrue();
        assertThat(json.at("/repeats/0/classes/colour-0/scores/variations/kernel_distance")
                        .isNumber())
                .isTrue();
        assertThat(Files.readString(directory.resolve("first").resolve("report.html")))
                .contains("Each class against its own images", "<td>colour-0</td><td>variations</td><td>");
        for (String file : List.of("report.json", "report.html")) {
            String first = Files.readString(directory.resolve("first").resolve(file));
            String second = Files.readString(directory.resolve("second").resolve(file));
            assertThat(second.replace("second", "first").equals(first)).as(file).isTrue();
            // Pictures left out: their letters may spell anything.
            assertThat(first.replaceAll("base64,[^\"]+", "")).doesNotContain("NaN");
        }
    }

    @Test
    void everyClassIsScoredByItself() throws Exception {
        FewShot.Outcome perfect = new FewShot(features, PLAN).run(0, images, matrix, FewShotTest::mates);

        assertThat(perfect.classes()).hasSize(CLASSES).allSatisfy((label, scores) -> {
            assertThat(label).startsWith("colour-");
            assertThat(scores.missing().get("frechet_distance")).contains("at least 193 images");
            assertThat(scores.scores()).hasSize(4);
            assertThat(scores.n() + scores.referenceImages()).isLessThanOrEqualTo(IMAGES - 2);
            scores.scores().values().forEach(values -> assertThat(values.values())
                    .allMatch(Double::isFinite));
            if (scores.n() > 3 && scores.referenceImages() > 3) {
                assertThat(scores.scores().get(FewShot.VARIATIONS)).containsKeys("recall_3", "kernel_distance");
            } else {
                assertThat(scores.missing()).containsKey("precision, recall, density, coverage, k = 3");
            }
        });
        assertThat(perfect.kernelErrors()).isEmpty();
        assertThat(perfect.missing().get("kernel_distance, standard error over subsets"))
                .contains("need more than that in each set, found 54");
    }

    @Test
    void aClassWithoutOneVariationLeavesItsFiguresOut() throws Exception {
        FewShot.Outcome outcome = new FewShot(features, PLAN).run(0, images, matrix, (repeat, shots) -> {
            List<List<byte[]>> made = new ArrayList<>();
            for (LabelledImage shot : shots) {
                made.add(
                        shot.label().equals("colour-0")
                                ? List.of()
                                : Collections.nCopies(5, shot.content().read()));
            }
            return made;
        });

        ClassScores lost = outcome.classes().get("colour-0");
        assertThat(lost.n()).isZero();
        assertThat(lost.scores().values()).allMatch(Map::isEmpty);
        assertThat(lost.missing()).containsKeys("kernel_distance", "frechet_distance");
        assertThat(outcome.classes().get("colour-1").n()).isPositive();
    }

    @Test
    void onlyImagesWithVariationsBecomeShotsAndSmallClassesAreAllNamed() throws Exception {
        FewShot.Generator some = new FewShot.Generator() {
            @Override
            public List<List<byte[]>> vary(int repeat, List<LabelledImage> shots) throws IOException {
                return copies(repeat, shots);
            }

            @Override
            public boolean canVary(LabelledImage image) {
                return image.id().endsWith("/3.png") || image.id().endsWith("/5.png");
            }
        };

        assertThat(new FewShot(features, PLAN).run(0, images, matrix, some).shots())
                .hasSize(12)
                .allMatch(id -> id.endsWith("/3.png") || id.endsWith("/5.png"));
        FewShot.Plan more = new FewShot.Plan(3, 5, 1, 0, 0.99, false);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new FewShot(features, more).run(0, images, matrix, some))
                .withMessageContaining("Class 'colour-0' has variations of 2 images")
                .withMessageContaining("Class 'colour-5' has variations of 2 images");
    }

    @Test
    void aVariationThatCannotBeReadIsNamed() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new FewShot(features, PLAN).run(0, images, matrix, (repeat, shots) -> {
                    List<List<byte[]>> made = copies(repeat, shots);
                    made.set(1, List.of(shots.get(1).content().read(), new byte[] {1, 2, 3}));
                    return made;
                }))
                .withMessageMatching("(?s)Variation 1 of colour-0/\\d+\\.png cannot be read.*");
    }

    @Test
    void aClassThatIsAllShotsIsRefused() {
        FewShot.Plan greedy = new FewShot.Plan(IMAGES, 1, 1, 0, 0.99, false);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new FewShot(features, greedy).run(0, images, matrix, FewShotTest::copies))
                .withMessageContaining("'colour-0' has 20 images");
    }

    private static double score(FewShot.Outcome outcome, String metric) {
        return outcome.scores().get(FewShot.VARIATIONS).get(metric);
    }

    private static List<List<byte[]>> copies(int repeat, List<LabelledImage> shots) throws IOException {
        List<List<byte[]>> copies = new ArrayList<>();
        for (LabelledImage shot : shots) {
            copies.add(Collections.nCopies(5, shot.content().read()));
        }
        return copies;
    }

    /** What a perfect model would make: new images of the class. */
    private static List<List<byte[]>> mates(int repeat, List<LabelledImage> shots) {
        List<List<byte[]>> mates = new ArrayList<>();
        for (int i = 0; i < shots.size(); i++) {
            int label = Integer.parseInt(shots.get(i).label().replace("colour-", ""));
            List<byte[]> made = new ArrayList<>();
            for (int v = 0; v < 5; v++) {
                made.add(square(label, 1000 + 5 * i + v));
            }
            mates.add(made);
        }
        return mates;
    }

    private static byte[] square(int label, int number) {
        SplittableRandom random = new SplittableRandom(1000L * label + number);
        int size = 10 + random.nextInt(35);
        int left = random.nextInt(64 - size);
        int top = random.nextInt(64 - size);
        byte[] rgb = new byte[3 * 64 * 64];
        for (int i = 0; i < 64 * 64; i++) {
            int x = i % 64;
            int y = i / 64;
            boolean inside = x >= left && x < left + size && y >= top && y < top + size;
            for (int c = 0; c < 3; c++) {
                boolean bright = (((label + 1) >> c) & 1) == 1;
                rgb[3 * i + c] = (byte) (inside ? (bright ? 230 : 30) : 128);
            }
        }
        return ImageEncoder.PNG.encode(new RgbImage(64, 64, rgb), Map.of());
    }
}
