package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.semantica.sampler.image.ContactSheet;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.Scaling;
import dev.semantica.training.network.Standardisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Teaches an autoencoder to draw what it was shown: the absolute and squared difference of pixels and of their
 * neighbours' differences, so that thin outlines count. Noise on the latents and a small penalty on their size keep them
 * smooth and close to one another, which makes them easy to denoise; so does that the mean of neighbouring latents must
 * draw the mean of their pixels (EQ-VAE, Kouzelis et al. 2025, arXiv 2502.09509), and that an encoder sees in the drawing
 * what it sees in the picture ({@link Perception}). Where latents must stay what they are, the decoder alone learns.
 */
public final class AutoencoderLearner implements Learner {

    private static final int VALIDATION = 256;
    private static final int SHEET = 12;

    private final Autoencoder network;
    private final Autoencoder judged;
    private final PackedPages store;
    private final PairBatches batches;
    private final int[] validation;
    private final Weighting weighting;
    private final Perception perception;
    private final Kept kept;
    private final boolean decoderOnly;
    private final int size;
    private final long seed;

    /**
     * What counts how much.
     *
     * @param square of the squared difference, beside the absolute one
     * @param edges of the difference of neighbours' differences
     * @param latents of the mean square of the latents
     * @param noise standard deviation of the noise on the latents, in their own unit
     * @param half of the same picture at half its side, drawn from latents at half their side; 0: not drawn
     * @param perception of how differently the frozen encoder sees what was drawn; 0: not asked
     * @param keep of how far latents stray from those of the autoencoder that it started from, in their deviations, squared;
     *     0: they may
     */
    public record Weighting(
            double square, double edges, double latents, double noise, double half, double perception, double keep) {}

    /**
     * Latents that are to stay what they are.
     *
     * @param autoencoder whose they are; of the shape of the one that learns
     * @param standardisation of those of its channels that are kept, the first
     */
    public record Kept(Autoencoder autoencoder, Standardisation standardisation) {

        /** Mean square of how far latents have strayed, in deviations; without a gradient for what they should be. */
        NDArray strayed(NDArray latents, NDArray pixels) {
            return standardised(latents)
                    .sub(standardised(autoencoder.encode(pixels)).stopGradient())
                    .square()
                    .mean();
        }

        private NDArray standardised(NDArray latents) {
            return standardisation.standardise(
                    latents.get(":,:" + standardisation.mean().size()));
        }
    }

    /**
     * Over images.
     *
     * @param network what learns
     * @param judged a second one of the same shape, for weights that are judged
     * @param validation images that training never sees
     * @param perception null where it is not asked
     * @param kept null where latents may become others
     * @param decoderOnly whether the encoder stays as it is
     * @param size images of a step, as in the batches
     */
    public AutoencoderLearner(
            Autoencoder network,
            Autoencoder judged,
            PackedPages store,
            PairBatches batches,
            int[] validation,
            Weighting weighting,
            Perception perception,
            Kept kept,
            boolean decoderOnly,
            int size,
            long seed) {
        this.network = network;
        this.judged = judged;
        this.store = store;
        this.batches = batches;
        this.validation = evenly(validation, VALIDATION);
        this.weighting = weighting;
        this.perception = perception;
        this.kept = kept;
        this.decoderOnly = decoderOnly;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public SortedMap<String, NDArray> weights() {
        SortedMap<String, NDArray> all = network.weights().all();
        return decoderOnly ? Autoencoder.ofDecoder(all) : all;
    }

    @Override
    public int samples() {
        return size;
    }

    @Override
    public NDArray loss(NDManager manager, long step) {
        NDArray pixels = Pixels.of(store, batches.at(step).sources(), manager);
        NDArray latents = decoderOnly ? network.encode(pixels).stopGradient() : network.encode(pixels);
        NDArray noisy = latents.add(Scaling.by(
                weighting.noise(), Noise.normal(Noise.random(seed + 31, step), manager, latents.getShape())));
        NDArray made = network.decode(noisy);
        NDArray loss = drawn(made, pixels)
                .add(Scaling.by(weighting.latents(), latents.square().mean()));
        if (perception != null) {
            loss = loss.add(Scaling.by(weighting.perception(), perception.distance(made, pixels)));
        }
        if (kept != null) {
            loss = loss.add(Scaling.by(weighting.keep(), kept.strayed(latents, pixels)));
        }
        return weighting.half() == 0
                ? loss
                : loss.add(Scaling.by(
                        weighting.half(), drawn(network.decode(Pixels.means(noisy, 2)), Pixels.means(pixels, 2))));
    }

    private NDArray drawn(NDArray made, NDArray pixels) {
        NDArray difference = made.sub(pixels);
        NDArray across = difference.get(":,:,:,1:").sub(difference.get(":,:,:,:-1"));
        NDArray down = difference.get(":,:,1:,:").sub(difference.get(":,:,:-1,:"));
        return difference
                .abs()
                .mean()
                .add(Scaling.by(weighting.square(), difference.square().mean()))
                .add(Scaling.by(
                        weighting.edges(), across.abs().mean().add(down.abs().mean())));
    }

    @Override
    public Map<String, Double> validate(NDManager manager, Map<String, NDArray> averages) {
        Map<String, NDArray> all = new TreeMap<>(network.weights().all());
        all.putAll(averages);
        judged.weights().load(all);
        double loss = 0;
        double squares = 0;
        double seen = 0;
        double strayed = 0;
        int count = 0;
        for (int from = 0; from < validation.length; from += size) {
            try (NDManager step = manager.newSubManager()) {
                int[] images = slice(validation, from, size);
                NDArray pixels = Pixels.of(store, images, step);
                NDArray latents = judged.encode(pixels);
                NDArray made = judged.decode(latents);
                loss += images.length * drawn(made, pixels).getFloat();
                squares += images.length
                        * made.clip(-1, 1).sub(pixels).square().mean().getFloat();
                seen += perception == null
                        ? 0
                        : images.length * perception.distance(made, pixels).getFloat();
                strayed += kept == null
                        ? 0
                        : images.length * kept.strayed(latents, pixels).getFloat();
                count += images.length;
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", loss / count);
        if (perception != null) {
            figures.put("perception", seen / count);
        }
        if (kept != null) {
            figures.put("strayed", strayed / count);
        }
        // The range of values is 2.
        figures.put("psnr", 10 * Math.log10(4 / (squares / count)));
        return figures;
    }

    @Override
    public Optional<RgbImage> sheet(NDManager manager) {
        try (NDManager step = manager.newSubManager()) {
            int[] images = slice(validation, 0, SHEET);
            NDArray pixels = Pixels.of(store, images, step);
            float[] made = judged.decode(judged.encode(pixels))
                    .toType(DataType.FLOAT32, false)
                    .toFloatArray();
            float[] shown = pixels.toFloatArray();
            List<ContactSheet.Line> lines = new ArrayList<>();
            for (int i = 0; i < images.length; i++) {
                lines.add(new ContactSheet.Line(
                        Pixels.picture(shown, i, store.side()), List.of(Pixels.picture(made, i, store.side()))));
            }
            return Optional.of(ContactSheet.draw(lines, 2 * store.side()));
        }
    }

    static int[] slice(int[] all, int from, int count) {
        return Arrays.copyOfRange(all, from, Math.min(all.length, from + count));
    }

    /** Some of many, from all over. */
    static int[] evenly(int[] all, int most) {
        int[] some = new int[Math.min(most, all.length)];
        for (int i = 0; i < some.length; i++) {
            some[i] = all[(int) ((long) i * all.length / some.length)];
        }
        return some;
    }
}
