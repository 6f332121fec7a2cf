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
 * the middle features may be drawn to the encoder's tokens of the target (REPA, Yu et al. 2024), and what it would draw to
 * what the encoder sees in the target ({@link DenoiserPerception}).
 */
public final class DenoiserLearner implements Learner {

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
     * @param perception where what it would draw is looked at
     * @param steps of the sampling of the sheet
     * @param guidance of the sampling of the sheet
     * @param range what predicted samples are clipped to in it, ± this; null: nothing
     */
    public record Teaching(
            double dropout,
            double alignment,
            double shift,
            NoiseTimes times,
            DenoiserPerception perception,
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
            float[] keep,
            Blend blend,
            float[] sourceTokens,
            float[] sourcePooled,
            float[] targetTokens,
            int[] targets,
            DenoiserPerception.Looked looked) {}

    private final Taught network;
    private final ImageDenoiser judged;
    private final Known known;
    private final PackedPages store;
    private final PairBatches training;
    private final PairBatches validation;
    private final int validationSteps;
    private final Teaching teaching;
    private final Drawer drawer;
    private final Perception perception;
    private final int size;
    private final long seed;
    private final Ahead<Lesson> lessons = new Ahead<>(this::lesson);

    /**
     * Over pairs of images.
     *
     * @param judged a denoiser of the same shape, for weights that are judged
     * @param validation pairs of pages that training never sees
     * @param validationSteps batches of them that are judged
     * @param perception by the frozen encoder; null where it is not asked
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
            Perception perception,
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
        this.perception = perception;
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
        Blend.Noised noised = lesson.blend().on(manager);
        Encoding condition = Known.encoding(
                lesson.sourceTokens(), lesson.sourcePooled(), network.denoiser().config(), manager);
        Encoding dropped = network.denoiser().drop(condition, manager.create(lesson.keep()));
        Prediction found =
                network.denoiser().predict(noised.input(), noised.time(), dropped.tokens(), dropped.pooled());
        NDArray loss = found.velocity().sub(noised.velocity()).square().mean();
        if (aligned()) {
            NDArray aligned = network.alignment().forward(found.middle());
            NDArray wanted =
                    manager.create(lesson.targetTokens(), condition.tokens().getShape());
            loss = loss.add(Scaling.by(
                    teaching.alignment(), cosine(aligned, wanted).neg().add(1)));
        }
        return lesson.looked() == null
                ? loss
                : loss.add(Scaling.by(
                        teaching.perception().weight(),
                        seen(lesson.looked(), lesson.targets(), noised, found.velocity(), manager)));
    }

    /** How differently the encoder sees what the velocities of some rows stand for, and the pictures of their targets. */
    private NDArray seen(
            DenoiserPerception.Looked looked, int[] targets, Blend.Noised noised, NDArray velocity, NDManager manager) {
        NDArray made = drawer.draw(noised.samples(velocity).get(looked.rows()));
        return perception.distance(made, Pixels.of(store, looked.of(targets), manager));
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
        Blend blend = blend(pairs.targets(), teaching.times(), random);
        return new Lesson(
                keep,
                blend,
                known.tokens().read(pairs.sources()),
                known.pooled().read(pairs.sources()),
                aligned() ? known.tokens().read(pairs.targets()) : null,
                pairs.targets(),
                looked(blend, random));
    }

    /** Null where none is looked at. */
    private DenoiserPerception.Looked looked(Blend blend, Random random) {
        return perception == null ? null : teaching.perception().looked(blend.time(), random);
    }

    private static NDArray cosine(NDArray a, NDArray b) {
        int[] last = {2};
        NDArray lengths =
                a.square().sum(last).mul(b.square().sum(last)).add(1e-8f).sqrt();
        return a.mul(b).sum(last).div(lengths).mean();
    }

    private Blend blend(int[] targets, NoiseTimes times, Random random) {
        return Blend.of(
                known.samples().read(targets),
                targets.length,
                network.denoiser().config(),
                teaching.shift(),
                times,
                random);
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
        double seen = 0;
        int looks = 0;
        for (int step = 0; step < validationSteps; step++) {
            try (NDManager batch = manager.newSubManager()) {
                PairBatches.Pairs pairs = validation.at(step);
                Random random = Noise.random(43, step);
                Blend blend = blend(pairs.targets(), NoiseTimes.UNIFORM, random);
                Blend.Noised noised = blend.on(batch);
                Encoding condition =
                        known.encoding(pairs.sources(), network.denoiser().config(), batch);
                NDArray found = judged.predict(noised.input(), noised.time(), condition.tokens(), condition.pooled())
                        .velocity();
                loss += found.sub(noised.velocity()).square().mean().getFloat() / validationSteps;
                DenoiserPerception.Looked looked = looked(blend, random);
                if (looked != null) {
                    seen += seen(looked, pairs.targets(), noised, found, batch).getFloat();
                    looks++;
                }
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", loss);
        if (looks > 0) {
            figures.put("perception", seen / looks);
        }
        return figures;
    }

    @Override
    public Optional<RgbImage> sheet(NDManager manager) {
        int[] sources = validation.at(0).sources();
        int[] shown = Arrays.copyOf(sources, Math.min(VariationSheet.SOURCES, sources.length));
        return Optional.of(new VariationSheet(judged, known, store, teaching, drawer).draw(shown, manager));
    }
}
