package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.data.TestPages;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.network.TestNetworks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses compared with the same arithmetic in doubles, over what the network makes. */
class AutoencoderLearnerTest {

    private static final int SIDE = 32;
    private static final int IMAGES = 3;
    private static final long SEED = 4;
    private static final AutoencoderLearner.Weighting PLAIN = new AutoencoderLearner.Weighting(0, 0, 0, 0, 0, 0, 0);

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private final Autoencoder network = new Autoencoder(TestNetworks.autoencoder(), manager, 1);
    private final Autoencoder other = new Autoencoder(TestNetworks.autoencoder(), manager, 2);
    private PackedPages store;
    private PairBatches batches;

    @BeforeEach
    void pack() throws Exception {
        TestNetworks.shake(network.weights(), 3);
        TestNetworks.shake(other.weights(), 5);
        pack("noisy", TestPages.noise(SIDE, 1), TestPages.noise(SIDE, 2), TestPages.noise(SIDE, 3));
    }

    private void pack(String name, RgbImage... images) throws Exception {
        store = TestPages.pack(folder.resolve(name), SIDE, List.of(TestPages.page("a", images)));
        batches = new PairBatches(store.pages(), null, PairBatches.Objective.RECONSTRUCT, IMAGES, 3);
    }

    @AfterEach
    void close() {
        network.close();
        other.close();
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0, 0",
        "0.5, 0, 0, 0, 0",
        "0, 0.75, 0, 0, 0",
        "0, 0, 0.1, 0, 0",
        "0, 0, 0, 1.5, 0",
        "0, 0, 0, 0, 0.25",
        "0.5, 0.75, 0.1, 0.2, 0.25"
    })
    void everyPartOfTheLossIsWhatItsFormulaSays(
            double square, double edges, double latents, double noise, double half) {
        NDArray pixels = Pixels.of(store, batches.at(1).sources(), manager);
        NDArray encoded = network.encode(pixels);
        float[] values = encoded.toFloatArray();
        float[] added = Noise.normal(Noise.random(SEED + 31, 1), values.length);
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            squares += (double) values[i] * values[i] / values.length;
            values[i] += (float) (noise * added[i]);
        }
        NDArray noisy = manager.create(values, encoded.getShape());
        double expected = drawn(network.decode(noisy).toFloatArray(), pixels.toFloatArray(), SIDE, square, edges)
                + latents * squares
                + half
                        * drawn(
                                network.decode(manager.create(
                                                halved(values, SIDE / 4), new Shape(IMAGES, 2, SIDE / 8, SIDE / 8)))
                                        .toFloatArray(),
                                halved(pixels.toFloatArray(), SIDE),
                                SIDE / 2,
                                square,
                                edges);

        double found = loss(new AutoencoderLearner.Weighting(square, edges, latents, noise, half, 0, 0), null, 1);

        assertThat(found).isPositive().isCloseTo(expected, within(2e-5 * expected));
    }

    @Test
    void howFarLatentsStrayCountsInTheirDeviations() {
        Standardisation standardisation = new Standardisation(List.of(0.5f, -1f), List.of(2f, 0.25f));
        NDArray pixels = Pixels.of(store, batches.at(0).sources(), manager);
        float[] now = network.encode(pixels).toFloatArray();
        float[] before = other.encode(pixels).toFloatArray();
        int plane = now.length / IMAGES / 2;
        double strayed = 0;
        for (int i = 0; i < now.length; i++) {
            double deviation = i / plane % 2 == 0 ? 2 : 0.25;
            strayed += Math.pow((now[i] - before[i]) / deviation, 2) / now.length;
        }

        AutoencoderLearner.Kept kept = new AutoencoderLearner.Kept(other, standardisation);
        double found = loss(new AutoencoderLearner.Weighting(0, 0, 0, 0, 0, 0, 0.5), kept, 0);

        assertThat(found - loss(PLAIN, null, 0)).isPositive().isCloseTo(0.5 * strayed, within(1e-4 * strayed));
    }

    @Test
    void howDifferentlyAnEncoderSeesWhatIsDrawnCounts() {
        try (PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 7)) {
            Perception perception = new Perception(encoder);
            NDArray pixels = Pixels.of(store, batches.at(0).sources(), manager);
            double seen = perception
                    .distance(network.decode(network.encode(pixels)), pixels)
                    .getFloat();
            AutoencoderLearner seeing = new AutoencoderLearner(
                    network,
                    other,
                    store,
                    batches,
                    new int[] {0},
                    new AutoencoderLearner.Weighting(0, 0, 0, 0, 0, 4, 0),
                    perception,
                    null,
                    false,
                    IMAGES,
                    SEED);

            double found = seeing.loss(manager, 0).getFloat() - loss(PLAIN, null, 0);

            assertThat(found).isPositive().isCloseTo(4 * seen, within(1e-4));
        }
    }

    /** Pictures on a sheet are as large again as they are. */
    @Test
    void aSheetShowsEachPictureBesideWhatIsMadeOfIt() throws Exception {
        pack("red", TestPages.plain(SIDE, 255, 51, 0), TestPages.plain(SIDE, 0, 102, 255));
        AutoencoderLearner learner = learner(PLAIN, null, 0, 1);
        Map<String, NDArray> averages = new TreeMap<>(network.weights().all());
        averages.put(
                "decoder.refine.weight",
                manager.zeros(averages.get("decoder.refine.weight").getShape()));
        averages.put("decoder.refine.bias", manager.create(new float[] {0.6f, -0.2f, -3}));
        learner.validate(manager, averages);

        RgbImage sheet = learner.sheet(manager).orElseThrow();

        int tile = 2 * SIDE;
        assertThat(sheet.width()).isEqualTo(2 + tile + 8 + tile + 2);
        assertThat(sheet.height()).isEqualTo(2 + 2 * (tile + 2));
        assertThat(colour(sheet, 2, 2)).containsExactly(255, 51, 0);
        assertThat(colour(sheet, 1 + tile, 1 + tile)).containsExactly(255, 51, 0);
        assertThat(colour(sheet, 2, 4 + tile)).containsExactly(0, 102, 255);
        for (int y : new int[] {2, 4 + tile}) {
            assertThat(colour(sheet, 10 + tile, y)).containsExactly(204, 102, 0);
        }
    }

    private static int[] colour(RgbImage sheet, int x, int y) {
        return new int[] {sheet.channel(x, y, 0), sheet.channel(x, y, 1), sheet.channel(x, y, 2)};
    }

    /** A decoder that draws one colour: half of the red that is there, green beyond what there is, and blue as it is. */
    @Test
    void judgedByTheRatioOfThePeakToTheNoise() throws Exception {
        pack("plain", TestPages.plain(SIDE, 255, 255, 0), TestPages.plain(SIDE, 255, 255, 0));
        Map<String, NDArray> averages = new TreeMap<>(network.weights().all());
        averages.put(
                "decoder.refine.weight",
                manager.zeros(averages.get("decoder.refine.weight").getShape()));
        averages.put("decoder.refine.bias", manager.create(new float[] {0.5f, 3, -1}));

        Map<String, Double> figures = learner(new AutoencoderLearner.Weighting(10, 10, 0, 1, 0, 0, 0), null, 0, 1)
                .validate(manager, averages);

        // Clipped, red is off by a half of a range of 2, and the others not at all.
        assertThat(figures.get("psnr")).isCloseTo(10 * Math.log10(4 / (0.25 / 3)), within(1e-4));
        // Not clipped: means of 1/2, 2 and 0, and of their squares.
        assertThat(figures.get("loss")).isCloseTo(2.5 / 3 + 10 * 4.25 / 3, within(1e-4));
        assertThat(figures).containsOnlyKeys("loss", "psnr");
    }

    @Test
    void whatIsJudgedAreTheGivenAverages() {
        double expected = drawn(other.decode(other.encode(all())).toFloatArray(), all().toFloatArray(), SIDE, 0, 0);

        AutoencoderLearner learner = learner(PLAIN, null, 0, 1, 2);

        assertThat(learner.validate(manager, other.weights().all()).get("loss"))
                .isCloseTo(expected, within(1e-5 * expected));
    }

    @Test
    void aFewDozenStepsDrawBetter() {
        AutoencoderLearner learner =
                learner(new AutoencoderLearner.Weighting(1, 0.5, 1e-4, 0.05, 0, 0, 0), null, 0, 1, 2);
        Map<String, Double> before = learner.validate(manager, learner.weights());

        Steps.take(learner, manager, 24, 0.01);

        Map<String, Double> after = learner.validate(manager, learner.weights());
        assertThat(after.get("loss")).isPositive().isLessThan(0.6 * before.get("loss"));
        assertThat(after.get("psnr")).isGreaterThan(before.get("psnr") + 3);
    }

    private NDArray all() {
        return Pixels.of(store, new int[] {0, 1, 2}, manager);
    }

    private double loss(AutoencoderLearner.Weighting weighting, AutoencoderLearner.Kept kept, long step) {
        return learner(weighting, kept, 0, 1, 2).loss(manager, step).getFloat();
    }

    private AutoencoderLearner learner(
            AutoencoderLearner.Weighting weighting, AutoencoderLearner.Kept kept, int... validation) {
        Autoencoder judged = new Autoencoder(TestNetworks.autoencoder(), manager, 6);
        return new AutoencoderLearner(
                network, judged, store, batches, validation, weighting, null, kept, false, IMAGES, SEED);
    }

    /** Means over blocks of 2×2 of maps of a side. */
    private static float[] halved(float[] maps, int side) {
        int half = side / 2;
        float[] means = new float[maps.length / 4];
        for (int i = 0; i < means.length; i++) {
            int at = i / half / half * side * side + i / half % half * 2 * side + i % half * 2;
            means[i] = (maps[at] + maps[at + 1] + maps[at + side] + maps[at + side + 1]) / 4;
        }
        return means;
    }

    /** Absolute and squared differences, and absolute differences of neighbours' differences across and down. */
    private static double drawn(float[] made, float[] pixels, int side, double square, double edges) {
        assertThat(made).hasSameSizeAs(pixels);
        double sum = 0;
        double neighbours = 0;
        for (int i = 0; i < made.length; i++) {
            double difference = made[i] - (double) pixels[i];
            sum += Math.abs(difference) + square * difference * difference;
            if (i % side > 0) {
                neighbours += Math.abs(difference - (made[i - 1] - (double) pixels[i - 1]));
            }
            if (i / side % side > 0) {
                neighbours += Math.abs(difference - (made[i - side] - (double) pixels[i - side]));
            }
        }
        return sum / made.length + edges * neighbours / (made.length / side * (side - 1));
    }
}
