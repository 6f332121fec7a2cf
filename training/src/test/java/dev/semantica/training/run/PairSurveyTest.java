package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.SourcePage;
import dev.semantica.training.data.TestPages;
import dev.semantica.training.export.ConditionEncoder;
import dev.semantica.training.objective.Pixels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over an encoder that says how red, green and blue a picture is. */
class PairSurveyTest {

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    @TempDir
    private Path folder;

    /** Three pages of one channel each: strangers have nothing in common, mates and copies all but all. */
    @Test
    void strangersAreOfDifferentPagesAndCopiesOfTheirOwnImage() throws Exception {
        List<SourcePage> pages = new ArrayList<>();
        for (int page = 0; page < 3; page++) {
            pages.add(TestPages.page("p" + page, shade(page, 1), shade(page, 2), shade(page, 3)));
        }
        PackedPages store = TestPages.pack(folder, SIDE, pages);
        Colours encoder = new Colours();

        PairReport report = new PairSurvey(folder, store, encoder, 7, new Silent()).report(store.pages());

        assertThat(report.strangers()).hasSizeGreaterThan(1000);
        assertThat(DoubleStream.of(report.strangers()).map(Math::abs).max().orElseThrow())
                .isLessThan(1e-6);
        assertThat(report.copies()).hasSizeGreaterThan(100);
        assertThat(DoubleStream.of(report.copies()).min().orElseThrow()).isGreaterThan(0.9999);
        assertThat(report.pairs()).hasSize(9).allSatisfy(pair -> {
            assertThat(pair.first()).isLessThan(pair.second());
            assertThat(pair.cosine()).isCloseTo(1, within(1e-6));
        });
        Set<String> places = new HashSet<>();
        report.pairs().forEach(pair -> places.add(pair.page().id() + pair.first() + pair.second()));
        assertThat(places).contains("p001", "p002", "p012", "p112", "p212").hasSize(9);
    }

    /** Every copy is near one of the images, and none is that image itself. */
    @Test
    void copiesAreChangedALittle() throws Exception {
        List<SourcePage> pages =
                List.of(TestPages.page("a", shade(0, 1), shade(1, 2)), TestPages.page("b", shade(2, 3), shade(1, 4)));
        PackedPages store = TestPages.pack(folder, SIDE, pages);
        Colours encoder = new Colours();

        PairReport report = new PairSurvey(folder, store, encoder, 7, new Silent()).report(store.pages());

        assertThat(encoder.copies).hasSameSizeAs(report.copies());
        float[] all = Pixels.values(store, new int[] {0, 1, 2, 3});
        for (float[] copy : encoder.copies) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int image = 0; image < 4; image++) {
                double apart = 0;
                for (int i = 0; i < copy.length; i++) {
                    apart += Math.abs(copy[i] - all[image * copy.length + i]) / copy.length;
                }
                nearest = Math.min(nearest, apart);
            }
            assertThat(nearest).isBetween(1e-4, 0.1);
        }
    }

    @Test
    void aSinglePageHasNoStrangers() throws Exception {
        PackedPages store = TestPages.pack(folder, SIDE, List.of(TestPages.page("a", shade(0, 1), shade(1, 2))));

        PairReport report = new PairSurvey(folder, store, new Colours(), 7, new Silent()).report(store.pages());

        assertThat(report.strangers()).isEmpty();
        assertThat(report.pairs()).singleElement().satisfies(pair -> assertThat(pair.cosine())
                .isCloseTo(0, within(1e-6)));
    }

    /** Waves of one channel, brighter than none; the others are black. */
    private static RgbImage shade(int channel, int seed) {
        Random random = new Random(seed);
        double across = 0.05 + 0.1 * random.nextDouble();
        double down = 0.05 + 0.1 * random.nextDouble();
        byte[] rgb = new byte[3 * PLANE];
        for (int i = 0; i < PLANE; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            rgb[3 * i + channel] = (byte) (150 + 90 * Math.sin(across * x + down * y));
        }
        return new RgbImage(SIDE, SIDE, rgb);
    }

    private static final class Colours implements FrozenEncoder {

        private final List<float[]> copies = new ArrayList<>();

        @Override
        public String key() {
            return "colours";
        }

        @Override
        public StageNetworks.Condition shape() {
            return new StageNetworks.Condition(1, 3, 3);
        }

        @Override
        public List<float[]> encode(int[] images, PackedPages store) {
            return encoded(Pixels.values(store, images), images.length);
        }

        @Override
        public List<float[]> encode(float[] pixels, int rows) {
            for (int row = 0; row < rows; row++) {
                float[] copy = new float[3 * PLANE];
                System.arraycopy(pixels, row * copy.length, copy, 0, copy.length);
                copies.add(copy);
            }
            return encoded(pixels, rows);
        }

        private static List<float[]> encoded(float[] pixels, int rows) {
            float[] means = new float[3 * rows];
            for (int i = 0; i < pixels.length; i++) {
                means[i / PLANE] += (pixels[i] + 1) / PLANE;
            }
            return List.of(means, means);
        }

        @Override
        public ConditionEncoder graph() {
            throw new UnsupportedOperationException("a survey writes no graph");
        }

        @Override
        public void close() {}
    }

    private static final class Silent implements StageListener {

        @Override
        public void started(String work, long total, String unit) {}

        @Override
        public void progressed(long done, String note) {}

        @Override
        public void judged(String stage, long step, Map<String, Double> figures) {}

        @Override
        public void ended(String work) {}

        @Override
        public void said(String line) {}
    }
}
