package dev.semantica.evaluation.reader;

import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.feature.Pooling;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.SoftmaxProbe;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.ImageDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Fits what reads factors from the tensor that a bundle compares pictures by: a multinomial logistic regression a factor, to
 * nine of ten groups of pictures; the tenth tells how well it reads what it has not seen.
 *
 * @param tensor name of the condition tensor
 * @param factors what is read, in the order that was asked for
 * @param pictures number of pictures that were read
 * @param lost why pictures could not be read, by id
 */
public record ReaderFit(String tensor, List<Fitted> factors, int pictures, Map<String, String> lost) {

    /** Every so many groups one is held out. */
    private static final int HELD_OUT = 10;

    /** Share of held-out pictures that a reader may be less sure of. */
    private static final double STRANGE = 0.005;

    /**
     * A factor that is to be read.
     *
     * @param name the factor's
     * @param penalty λ of the regression's penalty λ/2·‖w‖², at least 0. The larger it is, the less sure the reader is, and the
     *     more it asks of drawings, of which it would be too sure: it was fitted to real pictures
     */
    public record Wanted(String name, double penalty) {

        /** Little, as for thousands of pictures. */
        public static final double USUAL_PENALTY = 0.001;

        /** Refuses what is no penalty. */
        public Wanted {
            if (!isPenalty(penalty)) {
                throw new IllegalArgumentException(
                        "The penalty of " + name + " must be a number from 0, but is " + penalty);
            }
        }

        /** Whether a number can be a penalty: finite and at least 0. */
        public static boolean isPenalty(double number) {
            return number >= 0 && number < Double.POSITIVE_INFINITY;
        }
    }

    /**
     * A factor.
     *
     * @param wanted what was asked for
     * @param values what it can be
     * @param weights of every value's logit, those of the tensor's numbers and last the bias
     * @param heldOut share of held-out pictures that are read rightly, 0 to 1
     * @param heldOutPictures how many these are
     * @param certainty the chance of the likeliest value that all but {@value #STRANGE} of the held-out pictures reach
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Fitted(
            Wanted wanted,
            List<String> values,
            double[][] weights,
            double heldOut,
            int heldOutPictures,
            double certainty) {

        /** The factor's name. */
        public String name() {
            return wanted.name();
        }
    }

    /**
     * Encodes pictures and fits the reader.
     *
     * @param wanted factors
     * @param done told how many pictures are encoded
     * @throws IllegalArgumentException if the bundle compares pictures by no tensor, or a factor cannot be fitted; with what
     *     can be done
     * @throws IOException if no picture can be read
     * @throws BundleException if the encoder cannot be used
     */
    public static ReaderFit of(
            LoadedBundle bundle,
            ImageDecoder decoder,
            List<KnownPicture> pictures,
            List<Wanted> wanted,
            IntConsumer done)
            throws IOException, BundleException {
        BundleManifest manifest = bundle.bundle().manifest();
        if (manifest.similarity() == null) {
            throw new IllegalArgumentException("Bundle " + manifest.name()
                    + " names no tensor for similarity in bundle.json, so there is nothing to read from; name one");
        }
        Set<String> known = new TreeSet<>();
        pictures.forEach(picture -> known.addAll(picture.factors().keySet()));
        List<String> names = wanted.stream().map(Wanted::name).toList();
        Set<String> unknown = new LinkedHashSet<>(names);
        unknown.removeAll(known);
        if (wanted.isEmpty() || !unknown.isEmpty()) {
            throw new IllegalArgumentException("Nothing is known of " + (wanted.isEmpty() ? "no factor" : unknown)
                    + "; of these pictures known are " + known);
        }
        List<KnownPicture> useful = pictures.stream()
                .filter(picture -> names.stream().anyMatch(picture.factors()::containsKey))
                .toList();
        Map<String, KnownPicture> byId = new HashMap<>();
        useful.forEach(picture -> byId.put(picture.image().id(), picture));
        Features.Encoded encoded = new Features(FeatureEncoder.ofBundle(bundle, Pooling.POOLED), decoder)
                .ofImages(useful.stream().map(KnownPicture::image).toList(), done);
        List<KnownPicture> read =
                encoded.images().stream().map(image -> byId.get(image.id())).toList();
        List<Fitted> fitted = List.copyOf(new LinkedHashSet<>(wanted)).parallelStream()
                .map(factor -> fit(factor, encoded.matrix(), read))
                .toList();
        return new ReaderFit(manifest.similarity(), fitted, read.size(), encoded.unreadable());
    }

    private static Fitted fit(Wanted wanted, FeatureMatrix features, List<KnownPicture> pictures) {
        String factor = wanted.name();
        List<String> groups = pictures.stream()
                .filter(picture -> picture.factors().containsKey(factor))
                .map(KnownPicture::group)
                .distinct()
                .sorted()
                .toList();
        Set<String> heldOutGroups = new TreeSet<>();
        for (int i = HELD_OUT - 1; i < groups.size(); i += HELD_OUT) {
            heldOutGroups.add(groups.get(i));
        }
        List<Integer> training = new ArrayList<>();
        List<Integer> heldOut = new ArrayList<>();
        Set<String> values = new TreeSet<>();
        for (int i = 0; i < pictures.size(); i++) {
            String value = pictures.get(i).factors().get(factor);
            if (value != null && heldOutGroups.contains(pictures.get(i).group())) {
                heldOut.add(i);
            } else if (value != null) {
                training.add(i);
                values.add(value);
            }
        }
        List<String> ordered = List.copyOf(values);
        heldOut.removeIf(i -> !values.contains(pictures.get(i).factors().get(factor)));
        if (ordered.size() < 2 || heldOut.isEmpty()) {
            throw new IllegalArgumentException("Factor " + factor + " has " + ordered.size() + " values in "
                    + groups.size() + " groups of pictures; a reader needs at least two values, and " + HELD_OUT
                    + " groups, of which one is held out");
        }
        SoftmaxProbe probe = SoftmaxProbe.train(
                features.select(places(training)),
                labels(factor, pictures, training, ordered),
                ordered.size(),
                wanted.penalty());
        FeatureMatrix unseen = features.select(places(heldOut));
        double right = probe.accuracy(unseen, labels(factor, pictures, heldOut, ordered));
        double[] certainties = IntStream.range(0, unseen.rows())
                .mapToDouble(i -> probe.certainty(unseen, i))
                .sorted()
                .toArray();
        double certainty = certainties[(int) (STRANGE * certainties.length)];
        return new Fitted(wanted, ordered, probe.linear(), right, heldOut.size(), certainty);
    }

    private static int[] places(List<Integer> places) {
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] labels(String factor, List<KnownPicture> pictures, List<Integer> places, List<String> values) {
        return places.stream()
                .mapToInt(i -> values.indexOf(pictures.get(i).factors().get(factor)))
                .toArray();
    }
}
