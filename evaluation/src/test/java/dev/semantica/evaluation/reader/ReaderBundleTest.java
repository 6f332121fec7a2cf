package dev.semantica.evaluation.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.factor.PageAnnotation;
import dev.semantica.pages.store.PagesFolder;
import dev.semantica.pages.store.PagesPlan;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.QuantisedBundle;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.Reading;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader over the encoder of {@code models/pages-lab}, of pages of two kinds with a share of foreign images. */
class ReaderBundleTest {

    private static final int PAGES = 60;
    private static final PagesConfig CONFIG = new PagesConfig(5, 3, 64, List.of(Kind.CAR, Kind.FISH), 0.2, 0);
    private static final ImageDecoder DECODER =
            new ImageDecoder(ImageLimits.DEFAULT, InstantSource.fixed(Instant.EPOCH));

    @TempDir
    private static Path pages;

    private static OnnxBundle lab;

    @TempDir
    private Path folder;

    @BeforeAll
    static void draw() throws Exception {
        PagesFolder.open(pages, new PagesPlan(CONFIG, 0, PAGES, 0)).write(1, done -> {});
        lab = OnnxBundle.load(Bundle.read(Path.of("..", "models", "pages-lab")), ExecutionProvider.cpu(1));
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @Test
    void theBundleReadsWhatTheFitReads() throws Exception {
        ReaderFit fit = fit("kind", "background-colour");

        ReaderBundle.write(lab.bundle(), folder.resolve("reading"), "reading", fit, 5, 0.7);

        assertThat(fit.factors()).extracting(ReaderFit.Fitted::name).containsExactly("kind", "background-colour");
        assertThat(fit.factors().get(0).heldOut()).isGreaterThan(0.9);
        assertThat(fit.factors().get(0).heldOutPictures()).isBetween(6, PAGES / 10 * 3);
        Bundle written = Bundle.read(folder.resolve("reading"));
        BundleManifest.Reader reader = written.manifest().reader();
        assertThat(written.name()).isEqualTo("reading");
        assertThat(reader.attempts()).isEqualTo(5);
        assertThat(reader.wantedAgreement()).isEqualTo(0.7);
        assertThat(reader.factors().get(0).values()).containsExactly("car", "fish");
        assertThat(reader.factors().get(0).certainty())
                .isEqualTo(fit.factors().get(0).certainty())
                .isBetween(0.5, 1.0);
        assertThat(written.manifest().training().at("/reader/heldOut/kind").asDouble())
                .isEqualTo(fit.factors().get(0).heldOut());
        assertThat(written.manifest().training().at("/reader/penalty/kind").asDouble())
                .isEqualTo(ReaderFit.Wanted.USUAL_PENALTY);
        try (OnnxBundle reading = OnnxBundle.load(written, ExecutionProvider.cpu(1))) {
            List<Condition> conditions = reading.encode(pictures());
            List<Reading> readings = reading.read(conditions);
            for (int i = 0; i < conditions.size(); i++) {
                float[] pooled = conditions.get(i).tensors().get(1);
                for (int factor = 0; factor < 2; factor++) {
                    assertThat(readings.get(i).chances().get(factor))
                            .containsExactly(chances(fit.factors().get(factor), pooled), within(1e-4));
                }
            }
        }
    }

    @Test
    void pagesTellTheirKindApartAndForeignImagesDoNotCount() throws Exception {
        List<KnownPicture> known = KnownPicture.of(pages);

        assertThat(known).hasSizeBetween(PAGES, 3 * PAGES - 1).allSatisfy(picture -> {
            PageAnnotation page =
                    PageAnnotation.ofFolder(pages.resolve(picture.group())).orElseThrow();
            assertThat(picture.factors())
                    .containsEntry("kind", page.page().category("kind").orElseThrow());
            assertThat(picture.image().id()).startsWith(picture.group() + "/");
        });
    }

    @Test
    void aReaderIsReplacedAndLastsWhenTheDenoiserIsQuantised() throws Exception {
        ReaderBundle.write(lab.bundle(), folder.resolve("first"), "lab", fit("kind"), 4, 0.8);
        ReaderBundle.write(
                Bundle.read(folder.resolve("first")), folder.resolve("second"), "lab", fit("background"), 2, 0.8);
        QuantisedBundle.write(
                Bundle.read(folder.resolve("second")), folder.resolve("small"), "small", OnnxBundle::verify);

        try (OnnxBundle loaded = OnnxBundle.load(Bundle.read(folder.resolve("small")), ExecutionProvider.cpu(1))) {
            assertThat(loaded.bundle().manifest().reader().factors())
                    .extracting(BundleManifest.Factor::name)
                    .containsExactly("background");
            assertThat(loaded.read(loaded.encode(pictures()))).hasSameSizeAs(pictures());
        }
    }

    @Test
    void withALargerPenaltyItIsLessSure() throws Exception {
        ReaderFit sure = fit("kind");
        ReaderFit lessSure = ReaderFit.of(
                lab, DECODER, KnownPicture.of(pages), List.of(new ReaderFit.Wanted("kind", 0.3)), done -> {});

        assertThat(lessSure.factors().get(0).certainty())
                .isLessThan(sure.factors().get(0).certainty());
    }

    @Test
    void aPenaltyIsANumberFromZero() {
        for (double penalty : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ReaderFit.Wanted("kind", penalty))
                    .withMessageContaining("The penalty of kind must be a number from 0");
        }
    }

    @Test
    void nothingIsLeftOfABundleThatCouldNotBeWritten() throws Exception {
        ReaderBundle.write(lab.bundle(), folder.resolve("first"), "lab", fit("kind"), 4, 0.8);
        Bundle torn = Bundle.read(folder.resolve("first"));
        Files.delete(folder.resolve("first/unconditional.json"));

        assertThatThrownBy(() -> ReaderBundle.write(torn, folder.resolve("second"), "lab", fit("kind"), 4, 0.8))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> QuantisedBundle.write(torn, folder.resolve("small"), "small", OnnxBundle::verify))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(folder.toFile().list()).containsExactly("first");
    }

    @Test
    void aBundleThatIsRefusedDoesNotComeToItsPlace() {
        assertThatThrownBy(() -> QuantisedBundle.write(lab.bundle(), folder.resolve("small"), "small", bundle -> {
                    assertThat(bundle).isDirectory().isNotEqualTo(folder.resolve("small"));
                    throw new BundleException(List.of("refused"));
                }))
                .hasMessage("refused");
        assertThatThrownBy(() ->
                        ReaderBundle.write(lab.bundle(), folder.resolve("reading"), "no name", fit("kind"), 4, 0.8))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("name: expected");
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void foldersOfClassesWillDoAndWhatCannotBeReadIsLeftOut() throws Exception {
        for (KnownPicture picture : KnownPicture.of(pages)) {
            Path into = folder.resolve("set").resolve(picture.factors().get("kind"));
            Files.createDirectories(into);
            Files.copy(
                    pages.resolve(picture.image().id()),
                    into.resolve(picture.image().id().replace('/', '-')));
        }
        Files.writeString(folder.resolve("set/car/broken.png"), "no picture");

        ReaderFit fit = ReaderFit.of(
                lab, DECODER, KnownPicture.of(folder.resolve("set")), wanted(KnownPicture.LABEL), done -> {});

        assertThat(fit.factors().get(0).values()).containsExactly("car", "fish");
        assertThat(fit.factors().get(0).heldOut()).isGreaterThan(0.9);
        assertThat(fit.lost()).containsOnlyKeys("car/broken.png");
    }

    @Test
    void whatCannotBeFittedSaysWhy() throws Exception {
        List<KnownPicture> known = KnownPicture.of(pages);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fit("colour"))
                .withMessageContaining("[colour]")
                .withMessageContaining("kind");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ReaderFit.of(lab, DECODER, known.subList(0, 12), wanted("background-colour"), done -> {}))
                .withMessageContaining("10 groups");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReaderFit.of(
                        lab,
                        DECODER,
                        known.stream()
                                .filter(picture -> picture.factors().get("kind").equals("car"))
                                .toList(),
                        wanted("kind"),
                        done -> {}))
                .withMessageContaining("kind has 1 values");
    }

    private static ReaderFit fit(String... factors) throws Exception {
        return ReaderFit.of(lab, DECODER, KnownPicture.of(pages), wanted(factors), done -> {});
    }

    private static List<ReaderFit.Wanted> wanted(String... factors) {
        return Stream.of(factors)
                .map(factor -> new ReaderFit.Wanted(factor, ReaderFit.Wanted.USUAL_PENALTY))
                .toList();
    }

    private static List<RgbImage> pictures() throws Exception {
        List<RgbImage> pictures = new ArrayList<>();
        for (KnownPicture picture : KnownPicture.of(pages).subList(0, 6)) {
            pictures.add(DECODER.decode(picture.image().content().read()));
        }
        return pictures;
    }

    private static double[] chances(ReaderFit.Fitted factor, float[] pooled) {
        float[] logits = new float[factor.values().size()];
        for (int value = 0; value < logits.length; value++) {
            double logit = factor.weights()[value][pooled.length];
            for (int i = 0; i < pooled.length; i++) {
                logit += factor.weights()[value][i] * pooled[i];
            }
            logits[value] = (float) logit;
        }
        return Reading.chances(logits);
    }
}
