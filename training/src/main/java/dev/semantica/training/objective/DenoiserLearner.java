package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.diffusion.Guidance;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.ImageRows;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.network.AlignmentHead;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.Prediction;
import dev.semantica.training.network.Scaling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Teaches a denoiser to draw one image of a page from the frozen encoding of another (Semantica, arXiv 2405.14857): the
 * mean squared error of the velocity v = α·ε − σ·x (Salimans and Ho 2022) at a random time, under the cosine schedule with
 * a shift for the resolution (Hoogeboom et al. 2023). Some of the conditions are replaced by the empty one. Beside that
 * the middle features may be drawn to the encoder's tokens of the target (REPA, Yu et al. 2024).
 */
public final class DenoiserLearner implements Learner {

    private static final double MIN_TIME = 0.001;
    static final double MAX_TIME = 0.999;

    /**
     * The networks of a side: what learns, or what is judged.
     *
     * @param denoiser the denoiser
     * @param alignment left behind after training; null without alignment
     */
    public record Taught(ImageDenoiser denoiser, AlignmentHead alignment) {
        SortedMap<String, NDArray> weights() {
            SortedMap<String, NDArray> all = new TreeMap<>();
            denoiser.weights().all().forEach((name, array) -> all.put("denoiser." + name, array));
            if (alignment != null) {
                alignment.weights().all().forEach((name, array) -> all.put("alignment." + name, array));
            }
            return all;
        }
    }

    /**
     * What is known of every image.
     *
     * @param tokens rows of tokens
     * @param pooled rows of pooled vectors
     * @param samples rows of what is denoised: standardised latents, or pixels in −1 … 1
     */
    public record Known(FrozenTensors tokens, FrozenTensors pooled, ImageRows samples) {

        /** What conditions, of images. */
        Encoding encoding(int[] images, ImageDenoiserConfig config, NDManager manager) {
            return encoding(tokens.read(images), pooled.read(images), config, manager);
        }

        static Encoding encoding(float[] tokens, float[] pooled, ImageDenoiserConfig config, NDManager manager) {
            long count = pooled.length / config.pooledWidth();
            return new Encoding(
                    manager.create(tokens, new Shape(count, config.tokens(), config.tokenWidth())),
                    manager.create(pooled, new Shape(count, config.pooledWidth())));
        }
    }

    /**
     * How it is taught.
     *
     * @param dropout share of conditions that are replaced by the empty one
     * @param alignment weight of the alignment; 0 for none
     * @param shift resolution shift of the schedule; 1 for none
     * @param times how often it learns at a time; it is judged at all times alike
     * @param steps of the sampling of the sheet
     * @param guidance of the sampling of the sheet
     * @param range what predicted samples are clipped to in it, ± this; null: nothing
     */
    public record Teaching(
            double dropout,
            double alignment,
            double shift,
            NoiseTimes times,
            int steps,
            Guidance guidance,
            Double range) {}

    /** Turns samples into pictures: a decoder's forward pass, or nothing. */
    @FunctionalInterface
    public interface Drawer {
        /** [n, channels, side, side] to pixels [n, 3, side, side] in −1 … 1. */
        NDArray draw(NDArray samples);
    }

    /** What a step needs, as the machine's own numbers: read and drawn before its arrays are made. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once; never compared.
    private record Lesson(
            float[] keep, Blend blend, float[] sourceTokens, float[] sourcePooled, float[] targetTokens) {}

    /** Samples, noise, and how much of either. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once; never compared.
    private record Blend(float[] samples, float[] noise, float[] time, float[] alpha, float[] sigma, float[] damping) {}

    private final Taught network;
    private final ImageDenoiser judged;
    private final Known known;
    private final PackedPages store;
    private final PairBatches training;
    private final PairBatches validation;
    private final int validationSteps;
    private final Teaching teaching;
    private final Drawer drawer;
    private final int size;
    private final long seed;
    private final Ahead<Lesson> lessons = new Ahead<>(this::lesson);

    /**
     * Over pairs of images.
     *
     * @param judged a denoiser of the same shape, for weights that are judged
     * @param validation pairs of pages that training never sees
     * @param validationSteps batches of them that are judged
     * @param size pairs of a batch
     */
    public DenoiserLearner(
            Taught network,
            ImageDenoiser judged,
            Known known,
            PackedPages store,
            PairBatches training,
            PairBatches validation,
            int validationSteps,
            Teaching teaching,
            Drawer drawer,
            int size,
            long seed) {
        this.network = network;
        this.judged = judged;
        this.known = known;
        this.store = store;
        this.training = training;
        this.validation = validation;
        this.validationSteps = validationSteps;
        this.teaching = teaching;
        this.drawer = drawer;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public SortedMap<String, NDArray> weights() {
        return network.weights();
    }

    @Override
    public int samples() {
        return size;
    }

    @Override
    public NDArray loss(NDManager manager, long step) {
        Lesson lesson = lessons.at(step);
        Noised noised = noised(lesson.blend(), manager);
        Encoding condition = Known.encoding(
                lesson.sourceTokens(), lesson.sourcePooled(), network.denoiser().config(), manager);
        Encoding dropped = network.denoiser().drop(condition, manager.create(lesson.keep()));
        Prediction found = network.denoiser().predict(noised.input, noised.time, dropped.tokens(), dropped.pooled());
        NDArray loss = found.velocity().sub(noised.velocity).square().mean();
        if (aligned()) {
            NDArray aligned = network.alignment().forward(found.middle());
            NDArray wanted =
                    manager.create(lesson.targetTokens(), condition.tokens().getShape());
            loss = loss.add(Scaling.by(
                    teaching.alignment(), cosine(aligned, wanted).neg().add(1)));
        }
        return loss;
    }

    private boolean aligned() {
        return network.alignment() != null && teaching.alignment() > 0;
    }

    private Lesson lesson(long step) {
        PairBatches.Pairs pairs = training.at(step);
        Random random = Noise.random(seed + 41, step);
        float[] keep = new float[size];
        for (int i = 0; i < size; i++) {
            keep[i] = random.nextDouble() < teaching.dropout() ? 0 : 1;
        }
        return new Lesson(
                keep,
                blend(pairs.targets(), teaching.times(), random),
                known.tokens().read(pairs.sources()),
                known.pooled().read(pairs.sources()),
                aligned() ? known.tokens().read(pairs.targets()) : null);
    }

    private static NDArray cosine(NDArray a, NDArray b) {
        int[] last = {2};
        NDArray lengths =
                a.square().sum(last).mul(b.square().sum(last)).add(1e-8f).sqrt();
        return a.mul(b).sum(last).div(lengths).mean();
    }

    private record Noised(NDArray input, NDArray time, NDArray velocity) {}

    /** Of targets with noise at times that are spread evenly over the batch, as often as they should be. */
    private Blend blend(int[] targets, NoiseTimes times, Random random) {
        int count = targets.length;
        float[] time = new float[count];
        float[] alpha = new float[count];
        float[] sigma = new float[count];
        float[] damping = new float[count];
        double offset = random.nextDouble();
        boolean samples = network.denoiser().config().output() == ImageDenoiserConfig.Output.SAMPLE;
        for (int i = 0; i < count; i++) {
            double t = MIN_TIME + (MAX_TIME - MIN_TIME) * times.quantile((i + offset) / count % 1);
            // tan of the shifted angle: the log of the signal-to-noise ratio is raised by 2·ln(shift).
            double tangent = Math.tan(Math.PI * t / 2) / teaching.shift();
            double signal = 1 / Math.sqrt(1 + tangent * tangent);
            time[i] = (float) t;
            alpha[i] = (float) signal;
            sigma[i] = (float) (tangent * signal);
            // A velocity that is computed from the sample is divided by no less than this.
            damping[i] = samples ? (float) Math.min(1, tangent * signal / ImageDenoiserConfig.LEAST_NOISE) : 1;
        }
        float[] x = known.samples().read(targets);
        return new Blend(x, Noise.normal(random, x.length), time, alpha, sigma, damping);
    }

    private Noised noised(Blend blend, NDManager manager) {
        int count = blend.time().length;
        ImageDenoiserConfig config = network.denoiser().config();
        Shape shape = new Shape(count, config.channels(), config.side(), config.side());
        Shape column = new Shape(count, 1, 1, 1);
        NDArray x = manager.create(blend.samples(), shape);
        NDArray noise = manager.create(blend.noise(), shape);
        NDArray a = manager.create(blend.alpha(), column);
        NDArray s = manager.create(blend.sigma(), column);
        return new Noised(
                x.mul(a).add(noise.mul(s)),
                manager.create(blend.time()),
                noise.mul(a).sub(x.mul(s)).mul(manager.create(blend.damping(), column)));
    }

    @Override
    public Map<String, Double> validate(NDManager manager, Map<String, NDArray> averages) {
        Map<String, NDArray> own = new TreeMap<>();
        averages.forEach((name, array) -> {
            if (name.startsWith("denoiser.")) {
                own.put(name.substring("denoiser.".length()), array);
            }
        });
        judged.weights().load(own);
        double loss = 0;
        for (int step = 0; step < validationSteps; step++) {
            try (NDManager batch = manager.newSubManager()) {
                PairBatches.Pairs pairs = validation.at(step);
                Noised noised = noised(blend(pairs.targets(), NoiseTimes.UNIFORM, Noise.random(43, step)), batch);
                Encoding condition =
                        known.encoding(pairs.sources(), network.denoiser().config(), batch);
                NDArray found = judged.predict(noised.input, noised.time, condition.tokens(), condition.pooled())
                        .velocity();
                loss += found.sub(noised.velocity).square().mean().getFloat() / validationSteps;
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", loss);
        return figures;
    }

    @Override
    public Optional<RgbImage> sheet(NDManager manager) {
        int[] sources = validation.at(0).sources();
        int[] shown = Arrays.copyOf(sources, Math.min(VariationSheet.SOURCES, sources.length));
        return Optional.of(new VariationSheet(judged, known, store, teaching, drawer).draw(shown, manager));
    }
}
