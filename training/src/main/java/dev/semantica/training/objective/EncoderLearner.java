package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.network.EncoderHeads;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Scaling;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Teaches an encoder what images of a page have in common: by contrast with the other pages of a batch (InfoNCE, van den
 * Oord et al. 2018), a share of them without colour so that shape must count; by the annotated factors where a page has
 * any; and by a coarse picture that every token draws of its own place.
 */
public final class EncoderLearner implements Learner {

    private static final float TEMPERATURE = 0.1f;
    private static final float NEVER = -1e9f;

    /** The network and what trains it. */
    public record Taught(PageEncoder encoder, EncoderHeads heads) {
        SortedMap<String, NDArray> weights() {
            SortedMap<String, NDArray> all = new TreeMap<>();
            encoder.weights().all().forEach((name, array) -> all.put("encoder." + name, array));
            heads.weights().all().forEach((name, array) -> all.put("heads." + name, array));
            return all;
        }

        void load(Map<String, NDArray> values) {
            encoder.weights().load(below("encoder.", values));
            heads.weights().load(below("heads.", values));
        }

        private static Map<String, NDArray> below(String prefix, Map<String, NDArray> values) {
            Map<String, NDArray> found = new TreeMap<>();
            values.forEach((name, array) -> {
                if (name.startsWith(prefix)) {
                    found.put(name.substring(prefix.length()), array);
                }
            });
            return found;
        }
    }

    /**
     * What counts how much.
     *
     * @param contrast of InfoNCE
     * @param factors of the annotated factors
     * @param picture of the coarse picture
     * @param keep of how far tokens and pooled vectors stray from those of the encoder that it started from, as a share of
     *     their squares; 0: they may
     */
    public record Weighting(double contrast, double factors, double picture, double keep) {}

    private final Taught network;
    private final Taught judged;
    private final PageEncoder kept;
    private final PackedPages store;
    private final PairBatches training;
    private final PairBatches validation;
    private final FactorTargets factors;
    private final Weighting weighting;
    private final double colourless;
    private final int pictureSide;
    private final int validationSteps;
    private final long seed;
    private final int size;

    /**
     * Over pairs of page mates.
     *
     * @param judged a second one of the same shape, for weights that are judged
     * @param kept the encoder whose tokens and pooled vectors are to stay, of the same shape; null where they may become others
     * @param validation pairs of pages that training never sees
     * @param validationSteps batches of them that are judged
     * @param colourless share of a batch's pairs that are shown without colour, 0 to 1
     * @param pictureSide side of the coarse picture
     * @param size pairs of a batch
     */
    public EncoderLearner(
            Taught network,
            Taught judged,
            PageEncoder kept,
            PackedPages store,
            PairBatches training,
            PairBatches validation,
            int validationSteps,
            FactorTargets factors,
            Weighting weighting,
            double colourless,
            int pictureSide,
            int size,
            long seed) {
        this.network = network;
        this.judged = judged;
        this.kept = kept;
        this.store = store;
        this.training = training;
        this.validation = validation;
        this.validationSteps = validationSteps;
        this.factors = factors;
        this.weighting = weighting;
        this.colourless = colourless;
        this.pictureSide = pictureSide;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public SortedMap<String, NDArray> weights() {
        return network.weights();
    }

    @Override
    public int samples() {
        return 2 * size;
    }

    @Override
    public NDArray loss(NDManager manager, long step) {
        return loss(network, training, manager, step, null).total();
    }

    /** @param strayed null where nothing is kept */
    private record Loss(NDArray total, NDArray strayed) {}

    private Loss loss(Taught taught, PairBatches batches, NDManager manager, long step, Map<String, int[]> rightOfAll) {
        PairBatches.Pairs pairs = batches.at(step);
        int[] images = new int[2 * size];
        System.arraycopy(pairs.sources(), 0, images, 0, size);
        System.arraycopy(pairs.targets(), 0, images, size, size);
        byte[] bytes = Pixels.bytes(store, images);
        boolean[] grey = new boolean[2 * size];
        Random random = Noise.random(seed + 37, step);
        for (int i = 0; i < 2 * size; i++) {
            grey[i] = i % size >= coloured();
            if (grey[i]) {
                withoutColour(bytes, i, random);
            }
        }
        NDArray pixels = Pixels.of(bytes, 2 * size, store.side(), manager);
        Encoding encoding = taught.encoder().encode(pixels);
        NDArray projected = taught.heads().project(encoding.pooled());
        NDArray loss = Scaling.by(weighting.contrast(), contrast(projected, batches, pairs));
        NDArray small = Pixels.means(pixels, store.side() / pictureSide);
        loss = loss.add(Scaling.by(
                weighting.picture(),
                taught.heads().draw(encoding.tokens()).sub(small).abs().mean()));
        if (!factors.isEmpty()) {
            PackedPage[] pages = new PackedPage[2 * size];
            for (int i = 0; i < pages.length; i++) {
                pages[i] = batches.pages().get(pairs.pages()[i % size]);
            }
            loss = loss.add(Scaling.by(
                    weighting.factors(), factors.loss(taught.heads(), encoding.pooled(), pages, grey, rightOfAll)));
        }
        if (kept == null) {
            return new Loss(loss, null);
        }
        Encoding before = kept.encode(pixels);
        NDArray strayed = Scaling.by(
                0.5, strayed(encoding.tokens(), before.tokens()).add(strayed(encoding.pooled(), before.pooled())));
        return new Loss(loss.add(Scaling.by(weighting.keep(), strayed)), strayed);
    }

    /** Squared difference as a share of the square of what it was; without a gradient for that. */
    private static NDArray strayed(NDArray now, NDArray before) {
        NDArray fixed = before.stopGradient();
        return now.sub(fixed).square().mean().div(fixed.square().mean());
    }

    /** Pairs of a batch that keep their colour; they come first. */
    private int coloured() {
        return coloured(size, colourless);
    }

    static int coloured(int size, double colourless) {
        return (int) Math.round(size * (1 - colourless));
    }

    /** Luma with a random contrast and brightness, in all three channels. */
    private void withoutColour(byte[] bytes, int image, Random random) {
        int plane = store.side() * store.side();
        int at = image * 3 * plane;
        double contrast = 0.6 + 0.8 * random.nextDouble();
        double light = 40 * (random.nextDouble() - 0.5);
        for (int i = at; i < at + plane; i++) {
            double luma = 0.299 * (bytes[i] & 0xff)
                    + 0.587 * (bytes[i + plane] & 0xff)
                    + 0.114 * (bytes[i + 2 * plane] & 0xff);
            byte value = (byte) Math.max(0, Math.min(255, Math.round((luma - 128) * contrast + 128 + light)));
            bytes[i] = value;
            bytes[i + plane] = value;
            bytes[i + 2 * plane] = value;
        }
    }

    /** InfoNCE in both directions, within the part that has colour and within the other; a page is not its own foe. */
    private NDArray contrast(NDArray projected, PairBatches batches, PairBatches.Pairs pairs) {
        int coloured = coloured();
        int[][] parts = coloured == 0 || coloured == size
                ? new int[][] {{0, size}}
                : new int[][] {{0, coloured}, {coloured, size}};
        NDArray total = null;
        for (int[] part : parts) {
            int from = part[0];
            int to = part[1];
            NDArray a = projected.get(from + ":" + to);
            NDArray b = projected.get((size + from) + ":" + (size + to));
            NDArray similar =
                    Scaling.by(1 / TEMPERATURE, a.matMul(b.transpose())).add(samePage(batches, pairs, from, to, a));
            NDArray diagonal = Scaling.by(1 / TEMPERATURE, a.mul(b).sum(new int[] {1}));
            NDArray loss = similar.exp().sum(new int[] {1}).log().sub(diagonal).mean();
            NDArray other = similar.exp().sum(new int[] {0}).log().sub(diagonal).mean();
            total = total == null ? loss.add(other) : total.add(loss).add(other);
        }
        return Scaling.by(0.5 / parts.length, total);
    }

    /** Zeros, and something that takes a pair out where two rows are of one page by chance. */
    private static NDArray samePage(PairBatches batches, PairBatches.Pairs pairs, int from, int to, NDArray like) {
        int count = to - from;
        float[] mask = new float[count * count];
        for (int i = 0; i < count; i++) {
            String page = batches.pages().get(pairs.pages()[from + i]).name();
            for (int j = 0; j < count; j++) {
                boolean same = i != j
                        && batches.pages().get(pairs.pages()[from + j]).name().equals(page);
                mask[i * count + j] = same ? NEVER : 0;
            }
        }
        return like.getManager().create(mask, new Shape(count, count));
    }

    @Override
    public Map<String, Double> validate(NDManager manager, Map<String, NDArray> averages) {
        judged.load(averages);
        double loss = 0;
        double strayed = 0;
        Map<String, int[]> right = new TreeMap<>();
        for (int step = 0; step < validationSteps; step++) {
            try (NDManager batch = manager.newSubManager()) {
                Loss found = loss(judged, validation, batch, step, right);
                loss += found.total().getFloat() / validationSteps;
                strayed += kept == null ? 0 : found.strayed().getFloat() / validationSteps;
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", loss);
        if (kept != null) {
            figures.put("strayed", strayed);
        }
        right.forEach((name, counts) -> figures.put(name, counts[0] / (double) Math.max(1, counts[1])));
        return figures;
    }

    @Override
    public Optional<RgbImage> sheet(NDManager manager) {
        return Optional.empty();
    }
}
