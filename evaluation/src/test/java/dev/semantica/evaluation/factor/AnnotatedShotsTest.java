package dev.semantica.evaluation.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.evaluation.data.ImageSets;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.protocol.BundleAutoencoder;
import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.factor.PageAnnotation;
import dev.semantica.pages.store.PagesFolder;
import dev.semantica.pages.store.PagesPlan;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotatedShotsTest {

    private static final PagesConfig PAGES = new PagesConfig(8, 4, 32, List.of(Kind.APPLE, Kind.CAR, Kind.FISH), 0, 0);

    private static final PagesPlan PLAN = new PagesPlan(PAGES, 0, 16, 0);

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.fixed(Instant.EPOCH));

    @TempDir
    private Path folder;

    @Test
    void comparesVariationsWithMatesAndCopies() throws Exception {
        FactorScores scores = scores(null, null);

        Map<String, FactorScores.Candidate> candidates = scores.candidates();
        assertThat(candidates.keySet())
                .containsExactlyInAnyOrder(
                        AnnotatedShots.MATES,
                        AnnotatedShots.VARIATIONS,
                        AnnotatedShots.COPIES,
                        AnnotatedShots.CLASSICAL,
                        AnnotatedShots.OTHERS);
        assertThat(scores.images()).isEqualTo(3);
        assertThat(candidates.get(AnnotatedShots.VARIATIONS)).isEqualTo(candidates.get(AnnotatedShots.COPIES));
        assertThat(candidates.get(AnnotatedShots.COPIES).coverage())
                .isNotEmpty()
                .allSatisfy(
                        (factor, coverage) -> assertThat(coverage.distinct()).isEqualTo(1));
        double mates = candidates.get(AnnotatedShots.MATES).keptAll().mean();
        assertThat(mates)
                .isGreaterThan(candidates.get(AnnotatedShots.OTHERS).keptAll().mean());
    }

    @Test
    void anAutoencoderDrawsTheMatesAndChangesNothingElse() throws Exception {
        try (OnnxBundle bundle =
                OnnxBundle.load(Bundle.read(Path.of("..", "models", "pages-lab")), ExecutionProvider.cpu(1))) {
            Map<String, FactorScores.Candidate> with = new LinkedHashMap<>(
                    scores(new BundleAutoencoder(bundle), null).candidates());

            FactorScores.Candidate alone = with.remove(AnnotatedShots.AUTOENCODER);
            assertThat(with).isEqualTo(scores(null, null).candidates());
            assertThat(alone).isNotEqualTo(with.get(AnnotatedShots.MATES));
            // It draws them well enough that colours stay.
            assertThat(alone.kept().get("background-colour").mean()).isGreaterThan(0.5);
        }
    }

    @Test
    void whatTheBundlesEncoderTellsOfTheSourcesStandsBeside() throws Exception {
        FactorProbes own = FactorProbes.fit(
                ProbeData.drawn(new PagesConfig(9, 2, 32, PAGES.kinds(), 0, 0), 100),
                new ProbePlan(0, 512, List.of(0.1)),
                new PixelEncoder(4),
                done -> {});
        FactorScores with = scores(null, own);

        assertThat(with.candidates()).isEqualTo(scores(null, null).candidates());
        assertThat(with.sourceReadings().probes().sha256()).isEqualTo(own.encoderDigest());
        assertThat(with.sourceReadings().factors()).containsKey("background-colour");
        SourceReadings.OfFactor colour = with.sourceReadings().factors().get("background-colour");
        assertThat(colour.read().n()).isEqualTo(16);
        assertThat(colour.score())
                .isEqualTo(own.readings().get("background-colour").score());
        int read = colour.keptWhereRead().get(AnnotatedShots.COPIES).n();
        assertThat(read).isEqualTo((int) Math.round(16 * colour.read().mean()));
    }

    /** What is "made" are copies of the shot: scored so, they must be like the copies. */
    private FactorScores scores(BundleAutoencoder autoencoder, FactorProbes sourceProbes) throws Exception {
        PagesFolder.open(folder, PLAN).write(1, done -> {});
        FactorProbes probes = FactorProbes.fit(
                ProbeData.drawn(new PagesConfig(9, 2, 32, PAGES.kinds(), 0, 0), 100),
                new ProbePlan(4, 512, List.of(0.1)),
                new PixelEncoder(8),
                done -> {});
        List<LabelledImage> images = ImageSets.of(folder).stream()
                .filter(image -> !image.label().isEmpty())
                .toList();
        List<LabelledImage> shots =
                images.stream().filter(image -> image.id().endsWith("/0.png")).toList();
        List<List<byte[]>> made = new ArrayList<>();
        for (LabelledImage shot : shots) {
            byte[] file = shot.content().read();
            made.add(List.of(file, file, file));
        }
        return new AnnotatedShots(probes, sourceProbes, decoder, folder, images, autoencoder).score(shots, made, 1);
    }

    @Test
    void needsAnnotations() throws Exception {
        PagesFolder.open(folder, PLAN).write(1, done -> {});
        for (LabelledImage image : ImageSets.of(folder)) {
            Files.deleteIfExists(folder.resolve(image.id()).resolveSibling(PageAnnotation.FILE));
        }
        FactorProbes probes = FactorProbes.fit(
                ProbeData.drawn(PAGES, 10), new ProbePlan(2, 512, List.of(0.1)), new PixelEncoder(2), done -> {});
        List<LabelledImage> images = ImageSets.of(folder);
        assertThatThrownBy(() -> new AnnotatedShots(probes, null, decoder, folder, images, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(PageAnnotation.FILE);
    }
}
