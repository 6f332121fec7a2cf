package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.diffusion.CosineNoiseSchedule;
import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.PredictionType;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.SchedulerConfig;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.Schedulers;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.ImageRows;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.data.TestPages;
import dev.semantica.training.network.AlignmentHead;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.Prediction;
import dev.semantica.training.network.TestNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses compared with the same arithmetic in doubles, over what the networks say. */
class DenoiserLearnerTest {

    /** Latents of 2 channels at 8×8; 4 tokens of 12, pooled 10. */
    private static final ImageDenoiserConfig CONFIG = new ImageDenoiserConfig(
            2, 8, 1, 8, 0, 8, 1, 2, 8, 8, true, 4, 4, 12, 10, ImageDenoiserConfig.Output.VELOCITY, 0.6);

    private static final int PAGES = 5;
    private static final int PAIRS = 4;
    private static final int WIDTH = CONFIG.channels() * CONFIG.side() * CONFIG.side();
    private static final double SHIFT = CONFIG.shift();
    private static final NoiseTimes TIMES = new NoiseTimes(0.3, 0.8);
    private static final long SEED = 11;

    /** Pictures of 8×8 in patches of 2, and a pooled vector of 2 alone. */
    private static final ImageDenoiserConfig COLOURS = new ImageDenoiserConfig(
            3, 8, 2, 8, 1, 16, 2, 2, 24, 0, true, 8, 1, 2, 2, ImageDenoiserConfig.Output.SAMPLE, 0.6);

    private static final RgbImage RED = TestPages.plain(8, 230, 30, 60);
    private static final RgbImage BLUE = TestPages.plain(8, 30, 60, 230);
    private static final Guidance GUIDANCE = Guidance.of(1.5);
    private static final int SAMPLING = 3;

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private final ImageDenoiser denoiser = new ImageDenoiser(CONFIG, manager, 1);
    private final ImageDenoiser judged = new ImageDenoiser(CONFIG, manager, 2);
    private final AlignmentHead alignment = new AlignmentHead(CONFIG, manager, 3);
    private PackedPages store;
    private PairBatches batches;
    private DenoiserLearner.Known known;

    @BeforeEach
    void know() throws Exception {
        store = TestPages.pack(folder, 32, TestPages.noisy(PAGES, 32));
        batches = new PairBatches(store.pages(), null, PairBatches.Objective.PAIRS, PAIRS, 3);
        ImageRows samples = new ImageRows() {
            @Override
            public float[] read(int[] images) {
                return rows(images, image -> Noise.normal(new Random(70 + image), WIDTH));
            }

            @Override
            public int width() {
                return WIDTH;
            }
        };
        known = new DenoiserLearner.Known(
                frozen("tokens", image -> Noise.normal(new Random(30 + image), 48)),
                frozen("pooled", image -> Noise.normal(new Random(50 + image), 10)),
                samples);
    }

    @AfterEach
    void close() {
        alignment.close();
        judged.close();
        denoiser.close();
        manager.close();
    }

    @Test
    void theLossIsTheSquaredErrorOfTheVelocity() {
        // One that gives zeros is off by the velocity itself.
        for (int step = 0; step < 3; step++) {
            Blend blend = blend(step);
            double squares = 0;
            for (int i = 0; i < PAIRS * WIDTH; i++) {
                double velocity =
                        blend.alpha()[i / WIDTH] * blend.noise()[i] - blend.sigma()[i / WIDTH] * blend.samples()[i];
                squares += velocity * velocity / (PAIRS * WIDTH);
            }
            assertThat((double) learner(0, 0).loss(manager, step).getFloat()).isCloseTo(squares, within(1e-4));
        }
    }

    @Test
    void alignmentAddsHowFarTheMiddleIsFromTheTargetsTokens() {
        TestNetworks.shake(denoiser.weights(), 4);
        TestNetworks.shake(alignment.weights(), 5);
        for (int step = 0; step < 3; step++) {
            PairBatches.Pairs pairs = batches.at(step);
            NDArray middle = predicted(step, conditioned(pairs)).middle();
            float[] found = alignment.forward(middle).toFloatArray();
            float[] wanted = known.tokens().read(pairs.targets());
            double cosines = 0;
            for (int token = 0; token < PAIRS * 4; token++) {
                double dot = 0;
                double one = 0;
                double other = 0;
                for (int i = 12 * token; i < 12 * token + 12; i++) {
                    dot += (double) found[i] * wanted[i];
                    one += (double) found[i] * found[i];
                    other += (double) wanted[i] * wanted[i];
                }
                cosines += dot / Math.sqrt(one * other) / (PAIRS * 4);
            }

            double plain = learner(0, 0).loss(manager, step).getFloat();
            double aligned = learner(0, 2).loss(manager, step).getFloat();

            assertThat(aligned - plain).isPositive().isCloseTo(2 * (1 - cosines), within(1e-3));
        }
    }

    /** Of every step it is found out which rows' conditions were replaced: that is the only way to its loss. */
    @Test
    void aShareOfTheConditionsIsReplacedByTheEmptyOneInEveryRow() {
        TestNetworks.shake(denoiser.weights(), 4);
        DenoiserLearner learner = learner(0.25, 0);
        int steps = 60;
        int[] dropped = new int[PAIRS];
        for (int step = 0; step < steps; step++) {
            try (NDManager work = manager.newSubManager()) {
                Encoding kept = conditioned(batches.at(step));
                NDArray none = work.zeros(new Shape(PAIRS));
                double[] with = errors(step, kept);
                double[] without = errors(step, denoiser.drop(kept, none));
                double loss = learner.loss(work, step).getFloat();
                int best = 0;
                double nearest = Double.POSITIVE_INFINITY;
                for (int rows = 0; rows < 1 << PAIRS; rows++) {
                    double sum = 0;
                    for (int i = 0; i < PAIRS; i++) {
                        sum += ((rows >> i & 1) == 1 ? without : with)[i] / PAIRS;
                    }
                    if (Math.abs(sum - loss) < nearest) {
                        nearest = Math.abs(sum - loss);
                        best = rows;
                    }
                }
                assertThat(nearest).as("step %d", step).isLessThan(1e-4);
                for (int i = 0; i < PAIRS; i++) {
                    dropped[i] += best >> i & 1;
                }
            }
        }
        // Each binomial about 15, with a deviation of 3.4; together about 60, of 6.7.
        int all = 0;
        for (int count : dropped) {
            assertThat(count).isBetween(5, 25);
            all += count;
        }
        assertThat(all).isBetween(40, 80);
    }

    @Test
    void withoutDropoutEveryConditionIsKeptAndWithAllOfItNone() {
        TestNetworks.shake(denoiser.weights(), 4);
        for (int step = 0; step < 5; step++) {
            Encoding kept = conditioned(batches.at(step));
            double with = mean(errors(step, kept));
            double without = mean(errors(step, denoiser.drop(kept, manager.zeros(new Shape(PAIRS)))));

            assertThat((double) learner(0, 0).loss(manager, step).getFloat())
                    .isCloseTo(with, within(1e-5))
                    .isNotCloseTo(without, within(1e-4));
            assertThat((double) learner(1, 0).loss(manager, step).getFloat()).isCloseTo(without, within(1e-5));
        }
    }

    @Test
    void whatIsJudgedAreTheGivenAverages() {
        DenoiserLearner learner = learner(0, 0);
        SortedMap<String, NDArray> averages = learner.weights();
        assertThat(averages.keySet()).anyMatch(name -> name.startsWith("alignment."));
        double zeros = learner.validate(manager, averages).get("loss");
        try (ImageDenoiser other = new ImageDenoiser(CONFIG, manager, 8)) {
            TestNetworks.shake(other.weights(), 9);
            SortedMap<String, NDArray> others = new TreeMap<>();
            other.weights().all().forEach((name, array) -> others.put("denoiser." + name, array));
            double expected = 0;
            for (int step = 0; step < 2; step++) {
                PairBatches.Pairs pairs = batches.at(step);
                Blend.Noised noised = Blend.of(
                                known.samples().read(pairs.targets()),
                                PAIRS,
                                CONFIG,
                                SHIFT,
                                NoiseTimes.UNIFORM,
                                Noise.random(43, step))
                        .on(manager);
                Encoding condition = conditioned(pairs);
                expected += mean(errors(
                                other.predict(noised.input(), noised.time(), condition.tokens(), condition.pooled()),
                                noised))
                        / 2;
            }

            double found = learner.validate(manager, others).get("loss");

            assertThat(found).isCloseTo(expected, within(1e-4)).isNotCloseTo(zeros, within(1e-2));
        }
    }

    /** Pictures of a page are of one colour, which is what its condition says. */
    @Test
    void aFewDozenStepsTellTheVelocity() throws Exception {
        know(colours("known"));
        try (ImageDenoiser learning = new ImageDenoiser(COLOURS, manager, 4);
                ImageDenoiser drawing = new ImageDenoiser(COLOURS, manager, 5)) {
            DenoiserLearner learner = learner(new DenoiserLearner.Taught(learning, null), drawing, 0.1);
            double before = learner.validate(manager, learner.weights()).get("loss");

            Steps.take(learner, manager, 30, 0.01);

            assertThat(learner.validate(manager, learner.weights()).get("loss"))
                    .isPositive()
                    .isLessThan(0.6 * before);
        }
    }

    /** As rows sampled one by one, each with the condition of its source. */
    @Test
    void aSheetShowsEachSourceBesideWhatItsConditionDraws() throws Exception {
        know(colours("shown"));
        int side = COLOURS.side();
        try (ImageDenoiser learning = new ImageDenoiser(COLOURS, manager, 4);
                ImageDenoiser drawing = new ImageDenoiser(COLOURS, manager, 5)) {
            TestNetworks.shake(learning.weights(), 6);
            DenoiserLearner learner = learner(new DenoiserLearner.Taught(learning, null), drawing, 0.1);
            learner.validate(manager, learner.weights());

            RgbImage sheet = learner.sheet(manager).orElseThrow();

            int[] sources = batches.at(0).sources();
            assertThat(IntStream.of(sources).filter(source -> source < 2))
                    .isNotEmpty()
                    .hasSizeLessThan(PAIRS);
            // A gap of 2, the source, a gutter of 8, and five variations with a gap of 2 after each.
            assertThat(sheet.width()).isEqualTo(2 + side + 8 + 5 * (side + 2));
            assertThat(sheet.height()).isEqualTo(2 + PAIRS * (side + 2));
            for (int row = 0; row < PAIRS; row++) {
                int y = 2 + row * (side + 2);
                assertThat(cut(sheet, 2, y, side)).isEqualTo(sources[row] < 2 ? RED : BLUE);
                assertThat(sheet.channel(1, y, 0)).isEqualTo(0xFA);
                for (int variation = 0; variation < 5; variation++) {
                    RgbImage found = cut(sheet, 10 + side + variation * (side + 2), y, side);
                    int seed = 5 * row + variation;
                    assertThat(apart(found, sampled(learning, sources[row], seed)))
                            .isLessThanOrEqualTo(1);
                    // Which is told from another condition, and from another row's noise.
                    assertThat(apart(found, sampled(learning, 3 - sources[row], seed)))
                            .isGreaterThan(3);
                    assertThat(apart(found, sampled(learning, sources[row], seed + 1)))
                            .isGreaterThan(3);
                }
            }
        }
    }

    private static RgbImage cut(RgbImage sheet, int left, int top, int side) {
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) sheet.channel(left + i / 3 % side, top + i / 3 / side, i % 3);
        }
        return new RgbImage(side, side, rgb);
    }

    /** The largest difference of any value. */
    private static int apart(RgbImage one, RgbImage other) {
        int apart = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            apart = Math.max(apart, Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff)));
        }
        return apart;
    }

    /** What one row draws by itself of the condition of an image. */
    private RgbImage sampled(ImageDenoiser network, int image, int seed) {
        int side = COLOURS.side();
        StepTable table = Schedulers.tabulate(
                new CosineNoiseSchedule(NoiseTimes.LATEST, SHIFT),
                SchedulerConfig.defaults(SchedulerKind.DDIM)
                        .withPredictionType(PredictionType.V_PREDICTION)
                        .withClipping(1.0),
                SAMPLING);
        Row<float[]> row = new Row<>(table, known.pooled().read(new int[] {image}), GUIDANCE, 1, seed, 3 * side * side);
        SamplingLoop<float[]> loop = new SamplingLoop<>(new OneByOne(network));
        while (row.active()) {
            loop.tick(List.of(row));
        }
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            double value = (row.sample()[i % 3 * side * side + i / 3] + 1) * 127.5;
            rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
        return new RgbImage(side, side, rgb);
    }

    /** A denoiser of one row after the other; a condition is its pooled vector. */
    private final class OneByOne implements Denoiser<float[]> {

        private final ImageDenoiser network;

        OneByOne(ImageDenoiser network) {
            this.network = network;
        }

        @Override
        public int sampleSize() {
            return 3 * COLOURS.side() * COLOURS.side();
        }

        @Override
        public float[] unconditional() {
            return network.emptyCondition().get("pooled");
        }

        @Override
        public void denoise(int entries, float[] inputs, float[] timesteps, List<float[]> conditions, float[] outputs) {
            for (int i = 0; i < entries; i++) {
                try (NDManager call = manager.newSubManager()) {
                    float[] input = Arrays.copyOfRange(inputs, i * sampleSize(), (i + 1) * sampleSize());
                    NDArray pooled = call.create(conditions.get(i), new Shape(1, 2));
                    float[] velocity = network.predict(
                                    call.create(input, new Shape(1, 3, COLOURS.side(), COLOURS.side())),
                                    call.create(new float[] {timesteps[i]}),
                                    pooled.expandDims(1),
                                    pooled)
                            .velocity()
                            .toFloatArray();
                    System.arraycopy(velocity, 0, outputs, i * sampleSize(), velocity.length);
                }
            }
        }
    }

    /** A red page and a blue one. */
    private PackedPages colours(String name) throws IOException {
        return TestPages.pack(
                folder.resolve(name),
                COLOURS.side(),
                List.of(TestPages.page("red", RED, RED), TestPages.page("blue", BLUE, BLUE)));
    }

    /** Their pixels, and conditions that say which page it is. */
    private void know(PackedPages colours) throws IOException {
        store = colours;
        batches = new PairBatches(store.pages(), null, PairBatches.Objective.PAIRS, PAIRS, 3);
        FrozenTensors condition = frozen("colour", image -> new float[] {image < 2 ? 1 : -1, image < 2 ? -1 : 1});
        known = new DenoiserLearner.Known(condition, condition, Pixels.rows(store));
    }

    private DenoiserLearner learner(DenoiserLearner.Taught network, ImageDenoiser drawing, double dropout) {
        return new DenoiserLearner(
                network,
                drawing,
                known,
                store,
                batches,
                batches,
                2,
                teaching(dropout, 0, GUIDANCE),
                samples -> samples,
                null,
                PAIRS,
                SEED);
    }

    private DenoiserLearner learner(double dropout, double weight) {
        return new DenoiserLearner(
                new DenoiserLearner.Taught(denoiser, alignment),
                judged,
                known,
                store,
                batches,
                batches,
                2,
                teaching(dropout, weight, Guidance.NONE),
                samples -> samples,
                null,
                PAIRS,
                SEED);
    }

    private static DenoiserLearner.Teaching teaching(double dropout, double alignment, Guidance guidance) {
        return new DenoiserLearner.Teaching(
                dropout, alignment, SHIFT, TIMES, DenoiserPerception.NONE, SAMPLING, guidance, 1.0);
    }

    /** What a step learns: a number for every row's dropout comes first. */
    private Blend blend(long step) {
        Random random = Noise.random(SEED + 41, step);
        for (int i = 0; i < PAIRS; i++) {
            random.nextDouble();
        }
        return Blend.of(known.samples().read(batches.at(step).targets()), PAIRS, CONFIG, SHIFT, TIMES, random);
    }

    private Encoding conditioned(PairBatches.Pairs pairs) {
        return known.encoding(pairs.sources(), CONFIG, manager);
    }

    private Prediction predicted(long step, Encoding condition) {
        Blend.Noised noised = blend(step).on(manager);
        return denoiser.predict(noised.input(), noised.time(), condition.tokens(), condition.pooled());
    }

    private double[] errors(long step, Encoding condition) {
        return errors(predicted(step, condition), blend(step).on(manager));
    }

    /** Mean squared error of every row. */
    private static double[] errors(Prediction prediction, Blend.Noised noised) {
        float[] found = prediction.velocity().toFloatArray();
        float[] wanted = noised.velocity().toFloatArray();
        double[] errors = new double[PAIRS];
        for (int i = 0; i < found.length; i++) {
            errors[i / WIDTH] += (found[i] - (double) wanted[i]) * (found[i] - (double) wanted[i]) / WIDTH;
        }
        return errors;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value / values.length;
        }
        return sum;
    }

    private FrozenTensors frozen(String name, IntFunction<float[]> row) throws IOException {
        return FrozenTensors.of(
                folder.resolve(name), store.images(), row.apply(0).length, images -> rows(images, row), done -> {});
    }

    private static float[] rows(int[] images, IntFunction<float[]> row) {
        List<float[]> rows = new ArrayList<>();
        for (int image : images) {
            rows.add(row.apply(image));
        }
        int width = rows.get(0).length;
        float[] all = new float[images.length * width];
        for (int i = 0; i < images.length; i++) {
            System.arraycopy(rows.get(i), 0, all, i * width, width);
        }
        return all;
    }
}
