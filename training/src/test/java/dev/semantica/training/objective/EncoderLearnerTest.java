package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.data.SourcePage;
import dev.semantica.training.data.TestPages;
import dev.semantica.training.network.EncoderHeads;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.TestNetworks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses compared with the same arithmetic in doubles, over what the networks say. */
class EncoderLearnerTest {

    private static final int SIDE = 32;
    private static final int PICTURE = 4;
    private static final int PAIRS = 6;
    private static final long SEED = 9;
    private static final EncoderLearner.Weighting CONTRAST = new EncoderLearner.Weighting(1, 0, 0, 0);
    private static final EncoderLearner.Weighting PICTURES = new EncoderLearner.Weighting(0, 0, 1, 0);
    private static final FactorTargets KINDS = new FactorTargets(
            Map.of("kind", List.of("a", "b"), "shade", List.of("dark", "light")),
            Map.of("age", new double[] {1, 2}),
            Set.of("shade"));

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private final EncoderLearner.Taught taught = taught(1);
    private final EncoderLearner.Taught judged = taught(2);
    private PackedPages store;
    private PairBatches batches;

    /** Fewer pages than pairs of a batch, and two of them the same page on another paper. */
    @BeforeEach
    void pack() throws Exception {
        List<SourcePage> pages = new ArrayList<>();
        for (String id : List.of("s/one", "s/one#1", "s/two", "s/three")) {
            Factors factors = Factors.NONE
                    .with("kind", id.length() % 2 == 0 ? "a" : "b")
                    .with("shade", id.contains("two") ? "dark" : "light")
                    .with("age", (double) id.length());
            long seed = id.hashCode();
            pages.add(TestPages.page(id, factors, TestPages.noise(SIDE, seed), TestPages.noise(SIDE, seed + 1)));
        }
        store = TestPages.pack(folder, SIDE, pages);
        batches = new PairBatches(store.pages(), null, PairBatches.Objective.PAIRS, PAIRS, 3);
    }

    @AfterEach
    void close() {
        for (EncoderLearner.Taught each : List.of(taught, judged)) {
            each.encoder().close();
            each.heads().close();
        }
        manager.close();
    }

    /** In both directions, over what has its colour and what has none apart; never against a version of one's own page. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void contrastIsInfoNceInBothDirections(double colourless) {
        int coloured = (int) (PAIRS * (1 - colourless));
        for (int step = 0; step < 3; step++) {
            PairBatches.Pairs pairs = batches.at(step);
            double[][] rows = rows(taught.heads()
                    .project(taught.encoder()
                            .encode(array(shown(pairs, coloured, step)))
                            .pooled()));
            double expected = coloured == 0 || coloured == PAIRS
                    ? infoNce(rows, pairs, 0, PAIRS)
                    : (infoNce(rows, pairs, 0, coloured) + infoNce(rows, pairs, coloured, PAIRS)) / 2;

            assertThat(loss(CONTRAST, colourless, step)).isCloseTo(expected, within(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void everyTokenIsToDrawTheMeansOfItsPlace(double colourless) {
        int coloured = (int) (PAIRS * (1 - colourless));
        float[] pixels = shown(batches.at(1), coloured, 1);
        float[] drawn = taught.heads()
                .draw(taught.encoder().encode(array(pixels)).tokens())
                .toFloatArray();
        int block = SIDE / PICTURE;
        double sum = 0;
        for (int i = 0; i < drawn.length; i++) {
            int x = i % PICTURE;
            int y = i / PICTURE % PICTURE;
            int map = i / PICTURE / PICTURE;
            double mean = 0;
            for (int k = 0; k < block * block; k++) {
                int at = (map * SIDE + y * block + k / block) * SIDE + x * block + k % block;
                mean += pixels[at] / (double) (block * block);
            }
            sum += Math.abs(drawn[i] - mean);
        }

        assertThat(loss(PICTURES, colourless, 1)).isCloseTo(sum / drawn.length, within(1e-5));
    }

    /** 10 · (1 − 0.9) is a little less than 1 in doubles. */
    @ParameterizedTest
    @CsvSource({"10, 0.9, 1", "20, 0.9, 2", "5, 0.8, 1", "64, 0.5, 32", "10, 0, 10", "10, 1, 0"})
    void aShareOfTheBatchKeepsItsColour(int size, double colourless, int coloured) {
        assertThat(EncoderLearner.coloured(size, colourless)).isEqualTo(coloured);
    }

    @Test
    void factorsCountAsTheirTargetsSayAndShadesOnlyWhereThereIsColour() {
        PairBatches.Pairs pairs = batches.at(2);
        PackedPage[] pages = new PackedPage[2 * PAIRS];
        boolean[] grey = new boolean[2 * PAIRS];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = batches.pages().get(pairs.pages()[i % PAIRS]);
            grey[i] = i % PAIRS >= PAIRS / 2;
        }
        Encoding encoding = taught.encoder().encode(array(shown(pairs, PAIRS / 2, 2)));
        double expected =
                KINDS.loss(taught.heads(), encoding.pooled(), pages, grey, null).getFloat();

        double found = loss(new EncoderLearner.Weighting(0, 0.25, 0, 0), 0.5, 2);

        assertThat(found).isPositive().isCloseTo(0.25 * expected, within(1e-5));
    }

    @Test
    void whatStraysFromTheKeptEncoderIsAShareOfItsSquares() {
        float[] pixels = shown(batches.at(0), PAIRS, 0);
        Encoding now = taught.encoder().encode(array(pixels));
        Encoding before = judged.encoder().encode(array(pixels));
        double expected = (strayed(now.tokens(), before.tokens()) + strayed(now.pooled(), before.pooled())) / 2;

        EncoderLearner learner = learner(
                taught,
                batches,
                new EncoderLearner.Weighting(0, 0, 0, 3),
                new FactorTargets(Map.of(), Map.of(), Set.of()),
                0,
                judged.encoder());

        assertThat((double) learner.loss(manager, 0).getFloat()).isPositive().isCloseTo(3 * expected, within(1e-4));
    }

    /** The second pages have the first ones' luma, to the last digit, and other hues. */
    @Test
    void huesOfOneLumaAreTheSameOnceColourIsTakenAway() throws Exception {
        RgbImage[] one = new RgbImage[4];
        RgbImage[] other = new RgbImage[4];
        for (int i = 0; i < one.length; i++) {
            one[i] = TestPages.plain(SIDE, 190 - 20 * i, 60 + 25 * i, 130);
            other[i] = TestPages.plain(SIDE, 190 - 20 * i - 86, 60 + 25 * i + 44, 129);
        }
        PackedPages first = TestPages.pack(
                folder.resolve("first"),
                SIDE,
                List.of(TestPages.page("a", one[0], one[1]), TestPages.page("b", one[2], one[3])));
        PackedPages second = TestPages.pack(
                folder.resolve("second"),
                SIDE,
                List.of(TestPages.page("a", other[0], other[1]), TestPages.page("b", other[2], other[3])));
        EncoderLearner.Weighting both = new EncoderLearner.Weighting(1, 0, 1, 0);

        assertThat(lossOf(first, both, 1)).isEqualTo(lossOf(second, both, 1));
        assertThat(lossOf(first, both, 0)).isNotCloseTo(lossOf(second, both, 0), within(1e-3));
    }

    private double lossOf(PackedPages of, EncoderLearner.Weighting weighting, double colourless) {
        store = of;
        batches = new PairBatches(of.pages(), null, PairBatches.Objective.PAIRS, PAIRS, 3);
        return loss(weighting, colourless, 0);
    }

    /** Every page is a shade of its own; chance would be a loss of ln of the pages of a batch. */
    @Test
    void aFewDozenStepsTellPagesApart() throws Exception {
        List<SourcePage> pages = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            RgbImage[] images = new RgbImage[2];
            for (int k = 0; k < 2; k++) {
                images[k] = TestPages.plain(SIDE, 20 * i + 6 * k, i % 3 * 100 + 8 * k, i % 4 * 70);
            }
            pages.add(TestPages.page("p" + i, images));
        }
        store = TestPages.pack(folder.resolve("shades"), SIDE, pages);
        batches = new PairBatches(store.pages(), null, PairBatches.Objective.PAIRS, PAIRS, 3);
        EncoderLearner learner = learner(
                taught,
                batches,
                new EncoderLearner.Weighting(1, 0, 0.5, 0),
                new FactorTargets(Map.of(), Map.of(), Set.of()),
                0,
                null);
        double before = learner.validate(manager, learner.weights()).get("loss");

        Steps.take(learner, manager, 60, 0.005);

        assertThat(learner.validate(manager, learner.weights()).get("loss"))
                .isPositive()
                .isLessThan(0.6 * before);
    }

    @Test
    void whatIsJudgedAreTheGivenAveragesAndNotTheNetworkItself() {
        EncoderLearner learner = learner(taught, batches, CONTRAST, KINDS, 0, null);
        double own = learner.validate(manager, learner.weights()).get("loss");
        EncoderLearner.Taught other = taught(17);

        Map<String, Double> figures = learner.validate(manager, other.weights());

        double expected = (lossWith(other, 0) + lossWith(other, 1)) / 2;
        assertThat(figures).containsKeys("loss", "kind", "shade");
        assertThat(figures.get("loss")).isCloseTo(expected, within(1e-4)).isNotCloseTo(own, within(1e-3));
        other.encoder().close();
        other.heads().close();
    }

    private double lossWith(EncoderLearner.Taught network, long step) {
        return learner(network, batches, CONTRAST, KINDS, 0, null)
                .loss(manager, step)
                .getFloat();
    }

    private double loss(EncoderLearner.Weighting weighting, double colourless, long step) {
        return learner(taught, batches, weighting, KINDS, colourless, null)
                .loss(manager, step)
                .getFloat();
    }

    private EncoderLearner learner(
            EncoderLearner.Taught network,
            PairBatches training,
            EncoderLearner.Weighting weighting,
            FactorTargets factors,
            double colourless,
            PageEncoder kept) {
        return new EncoderLearner(
                network,
                judged,
                kept,
                store,
                training,
                training,
                2,
                factors,
                weighting,
                colourless,
                PICTURE,
                PAIRS,
                SEED);
    }

    private EncoderLearner.Taught taught(long seed) {
        PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, seed);
        EncoderHeads heads = new EncoderHeads(TestNetworks.encoder(), KINDS.classes(), 1, PICTURE, manager, seed);
        TestNetworks.shake(encoder.weights(), seed + 1);
        TestNetworks.shake(heads.weights(), seed + 2);
        return new EncoderLearner.Taught(encoder, heads);
    }

    /** What the network is shown: sources, then targets; of those pairs that are not coloured, luma as it falls. */
    private float[] shown(PairBatches.Pairs pairs, int coloured, long step) {
        Random random = Noise.random(SEED + 37, step);
        int plane = SIDE * SIDE;
        byte[] bytes = new byte[2 * PAIRS * 3 * plane];
        for (int i = 0; i < 2 * PAIRS; i++) {
            int at = i * 3 * plane;
            store.read(i < PAIRS ? pairs.sources()[i] : pairs.targets()[i - PAIRS], bytes, at);
            if (i % PAIRS >= coloured) {
                double contrast = 0.6 + 0.8 * random.nextDouble();
                double light = 40 * (random.nextDouble() - 0.5);
                for (int k = at; k < at + plane; k++) {
                    double red = bytes[k] & 0xff;
                    double green = bytes[k + plane] & 0xff;
                    double blue = bytes[k + 2 * plane] & 0xff;
                    double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
                    long grey = Math.round((luma - 128) * contrast + 128 + light);
                    for (int c = 0; c < 3; c++) {
                        bytes[k + c * plane] = (byte) Math.max(0, Math.min(255, grey));
                    }
                }
            }
        }
        float[] pixels = new float[bytes.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (bytes[i] & 0xff) / 127.5f - 1;
        }
        return pixels;
    }

    private NDArray array(float[] pixels) {
        return manager.create(pixels, new Shape(2 * PAIRS, 3, SIDE, SIDE));
    }

    private static double[][] rows(NDArray array) {
        float[] values = array.toFloatArray();
        int width = values.length / (2 * PAIRS);
        double[][] rows = new double[2 * PAIRS][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    /** The mean of both directions over a part of the pairs, at a temperature of a tenth. */
    private double infoNce(double[][] rows, PairBatches.Pairs pairs, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double there = 0;
            double back = 0;
            for (int j = from; j < to; j++) {
                if (i == j || !name(pairs, i).equals(name(pairs, j))) {
                    there += Math.exp(10 * dot(rows[i], rows[PAIRS + j]));
                    back += Math.exp(10 * dot(rows[j], rows[PAIRS + i]));
                }
            }
            sum += Math.log(there) + Math.log(back) - 20 * dot(rows[i], rows[PAIRS + i]);
        }
        return sum / (to - from) / 2;
    }

    private String name(PairBatches.Pairs pairs, int row) {
        return batches.pages().get(pairs.pages()[row]).name();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double strayed(NDArray now, NDArray before) {
        float[] a = now.toFloatArray();
        float[] b = before.toFloatArray();
        double difference = 0;
        double all = 0;
        for (int i = 0; i < a.length; i++) {
            difference += (a[i] - (double) b[i]) * (a[i] - (double) b[i]);
            all += (double) b[i] * b[i];
        }
        return difference / all;
    }
}
