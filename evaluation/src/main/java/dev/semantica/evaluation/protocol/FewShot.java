package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.feature.UnreadableImageException;
import dev.semantica.evaluation.metric.Consistency;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.Samples;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Few-shot generation (Semantica, arXiv 2405.14857): take a few images of every class, make variations of them, and
 * compare the set with the rest of the dataset. The rest is cut in two: a reference, and as many held-out real images as
 * there are variations, which show what real images score (the floor). Copies of the shots and classical augmentation of
 * them are scored beside, all with the same number of images; so are the held-out images as the bundle's autoencoder draws
 * them, where it has one.
 */
public final class FewShot {

    /** Name of the variations among the candidates. */
    public static final String VARIATIONS = "variations";

    /** Name of the candidate that shows what the bundle's autoencoder costs, and has a PSNR. */
    public static final String AUTOENCODER = "autoencoder alone";

    /** Name of the peak signal-to-noise ratio among scores. */
    public static final String PSNR = "psnr";

    private static final String REAL = "real images (floor)";
    private static final String COPIES = "copies of the shots";
    private static final String CLASSICAL = "classical augmentation";

    private final Features features;
    private final Plan plan;
    private final BundleAutoencoder autoencoder;

    /**
     * What to do.
     *
     * @param shots images of every class that are varied, at least 1
     * @param variations variations of every shot, at least 1
     * @param repeats how often, with other shots and seeds, at least 1
     * @param seed of all choices
     * @param threshold cosine over which two images count as near-duplicates
     * @param trainProbe whether classifiers are trained, with and without variations
     */
    public record Plan(int shots, int variations, int repeats, long seed, double threshold, boolean trainProbe) {}

    /** Makes variations. */
    @FunctionalInterface
    public interface Generator {
        /**
         * Makes variations of every shot.
         *
         * @return for every shot its variations as image files; a shot whose variations failed has fewer
         */
        List<List<byte[]>> vary(int repeat, List<LabelledImage> shots) throws IOException;

        /** Whether an image may be chosen as a shot; all may, where variations are made as they are asked for. */
        default boolean canVary(LabelledImage image) {
            return true;
        }
    }

    /**
     * What came of one repeat.
     *
     * @param n images that every candidate was scored with
     * @param referenceImages real images that they were compared with
     * @param scores per candidate the metrics by name
     * @param kernelErrors per candidate the standard error of its kernel distance over subsets; empty for sets that are
     *     no larger than a subset
     * @param consistency of candidates that are made of shots, against their shot
     * @param probe accuracy of a classifier by what it was trained on; empty when not asked for
     * @param missing why a metric has no value
     * @param shots ids of the shots
     * @param classes the metrics within each class, by label; empty with one class
     */
    public record Outcome(
            int n,
            int referenceImages,
            Map<String, Map<String, Double>> scores,
            Map<String, Double> kernelErrors,
            Map<String, Consistency> consistency,
            Map<String, Double> probe,
            Map<String, String> missing,
            List<String> shots,
            Map<String, ClassScores> classes) {

        /** The same, with something more that could not be measured. */
        public Outcome noting(String what, String why) {
            Map<String, String> more = new TreeMap<>(missing);
            more.put(what, why);
            return new Outcome(n, referenceImages, scores, kernelErrors, consistency, probe, more, shots, classes);
        }
    }

    /** A protocol over one encoder. */
    public FewShot(Features features, Plan plan) {
        this(features, plan, null);
    }

    /**
     * A protocol over one encoder.
     *
     * @param autoencoder judged by itself; null: none
     */
    public FewShot(Features features, Plan plan, BundleAutoencoder autoencoder) {
        this.features = features;
        this.plan = plan;
        this.autoencoder = autoencoder;
    }

    /**
     * Runs one repeat.
     *
     * @param images the dataset
     * @param matrix its features, in the same order
     * @throws IllegalArgumentException if the classes are too small for so many shots
     */
    public Outcome run(int repeat, List<LabelledImage> images, FeatureMatrix matrix, Generator generator)
            throws IOException, ImageRejectedException {
        SplittableRandom random = new SplittableRandom(plan.seed() + repeat);
        int[] shots = ShotChoice.of(images, plan.shots(), generator::canVary, random);
        Set<Integer> taken = IntStream.of(shots).boxed().collect(Collectors.toSet());
        int[] rest = IntStream.range(0, images.size())
                .filter(i -> !taken.contains(i))
                .toArray();
        List<LabelledImage> chosen = Arrays.stream(shots).mapToObj(images::get).toList();
        FeatureMatrix sources = matrix.select(shots);

        Map<String, List<FeatureMatrix>> made = new LinkedHashMap<>();
        made.put(VARIATIONS, encode(chosen, generator.vary(repeat, chosen)));
        made.put(COPIES, copies(sources));
        made.put(CLASSICAL, classical(chosen, random));

        int n = rest.length / 2;
        for (List<FeatureMatrix> candidate : made.values()) {
            n = Math.min(n, candidate.stream().mapToInt(FeatureMatrix::rows).sum());
        }
        int[] order = Samples.withoutReplacement(rest.length, rest.length, random);
        int held = n;
        int[] realPlaces = IntStream.range(0, held).map(i -> rest[order[i]]).toArray();
        int[] referencePlaces =
                IntStream.range(held, rest.length).map(i -> rest[order[i]]).toArray();
        FeatureMatrix real = matrix.select(realPlaces);
        FeatureMatrix reference = matrix.select(referencePlaces);

        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        Map<String, Consistency> consistency = new LinkedHashMap<>();
        Map<String, String> missing = new TreeMap<>();
        Map<String, Double> kernelErrors = new LinkedHashMap<>();
        put(REAL, SetScores.of(reference, real, plan.seed(), missing), scores, kernelErrors);
        if (autoencoder != null) {
            Redrawn redrawn =
                    Redrawn.of(Arrays.stream(realPlaces).mapToObj(images::get).toList(), autoencoder, features);
            put(AUTOENCODER, SetScores.of(reference, redrawn.features(), plan.seed(), missing), scores, kernelErrors);
            if (Double.isFinite(redrawn.psnr())) {
                scores.get(AUTOENCODER).put(PSNR, redrawn.psnr());
            } else {
                missing.put(PSNR, "The autoencoder gave every picture back as it was");
            }
        }
        for (Map.Entry<String, List<FeatureMatrix>> candidate : made.entrySet()) {
            FeatureMatrix all = joined(candidate.getValue());
            FeatureMatrix sample = all.select(Samples.withoutReplacement(all.rows(), n, random));
            put(candidate.getKey(), SetScores.of(reference, sample, plan.seed(), missing), scores, kernelErrors);
            int[] with = IntStream.range(0, shots.length)
                    .filter(i -> candidate.getValue().get(i).rows() > 0)
                    .toArray();
            consistency.put(
                    candidate.getKey(),
                    Consistency.of(
                            sources.select(with),
                            Arrays.stream(with)
                                    .mapToObj(candidate.getValue()::get)
                                    .toList(),
                            matrix.select(rest),
                            plan.threshold(),
                            plan.seed()));
        }
        Map<String, Double> probe = Map.of();
        if (plan.trainProbe()) {
            List<String> labels = images.stream()
                    .map(LabelledImage::label)
                    .distinct()
                    .sorted()
                    .toList();
            DownstreamProbe downstream = new DownstreamProbe(
                    sources,
                    labelsOf(shots, images, labels),
                    labels.size(),
                    reference,
                    labelsOf(referencePlaces, images, labels));
            made.forEach(downstream::shotsAnd);
            downstream.shotsAnd(REAL, real, labelsOf(realPlaces, images, labels));
            probe = downstream.accuracies();
        }
        ClassScores.Split split = new ClassScores.Split(
                matrix, labelsAt(images, referencePlaces), referencePlaces, labelsAt(images, realPlaces), realPlaces);
        return new Outcome(
                n,
                reference.rows(),
                scores,
                kernelErrors,
                consistency,
                probe,
                missing,
                chosen.stream().map(LabelledImage::id).toList(),
                ClassScores.of(split, REAL, labelsAt(images, shots), made, plan.seed()));
    }

    private static void put(
            String candidate,
            SetScores found,
            Map<String, Map<String, Double>> scores,
            Map<String, Double> kernelErrors) {
        scores.put(candidate, found.values());
        if (found.kernelError() != null) {
            kernelErrors.put(candidate, found.kernelError());
        }
    }

    private static List<String> labelsAt(List<LabelledImage> images, int[] places) {
        return Arrays.stream(places)
                .mapToObj(place -> images.get(place).label())
                .toList();
    }

    private static int[] labelsOf(int[] places, List<LabelledImage> images, List<String> labels) {
        return Arrays.stream(places)
                .map(place -> labels.indexOf(images.get(place).label()))
                .toArray();
    }

    private static String named(UnreadableImageException e, List<LabelledImage> shots, List<List<byte[]>> files) {
        int place = e.place();
        int shot = 0;
        while (place >= files.get(shot).size()) {
            place -= files.get(shot).size();
            shot++;
        }
        return "Variation " + place + " of " + shots.get(shot).id() + " cannot be read ("
                + e.getCause().getMessage() + "); make it again or take it out";
    }

    private List<FeatureMatrix> encode(List<LabelledImage> shots, List<List<byte[]>> files) throws IOException {
        List<byte[]> all = files.stream().flatMap(List::stream).toList();
        if (all.isEmpty()) {
            throw new IOException("Not one variation was made; see failures.jsonl beside them");
        }
        FeatureMatrix matrix;
        try {
            matrix = features.ofFiles(all, done -> {});
        } catch (UnreadableImageException e) {
            throw new IllegalArgumentException(named(e, shots, files), e);
        }
        List<FeatureMatrix> made = new ArrayList<>();
        int at = 0;
        for (List<byte[]> ofShot : files) {
            made.add(matrix.select(IntStream.range(at, at + ofShot.size()).toArray()));
            at += ofShot.size();
        }
        return made;
    }

    private List<FeatureMatrix> copies(FeatureMatrix sources) {
        List<FeatureMatrix> copies = new ArrayList<>();
        for (int i = 0; i < sources.rows(); i++) {
            int[] places = new int[plan.variations()];
            Arrays.fill(places, i);
            copies.add(sources.select(places));
        }
        return copies;
    }

    private List<FeatureMatrix> classical(List<LabelledImage> shots, SplittableRandom random)
            throws IOException, ImageRejectedException {
        List<FeatureMatrix> augmented = new ArrayList<>();
        for (LabelledImage shot : shots) {
            RgbImage picture = features.picture(shot.content().read());
            List<RgbImage> pictures = new ArrayList<>();
            for (int i = 0; i < plan.variations(); i++) {
                pictures.add(Augmentations.of(picture, random));
            }
            augmented.add(features.ofPictures(pictures));
        }
        return augmented;
    }

    static FeatureMatrix joined(List<FeatureMatrix> parts) {
        List<double[]> vectors = new ArrayList<>();
        for (FeatureMatrix part : parts) {
            for (int i = 0; i < part.rows(); i++) {
                vectors.add(Arrays.copyOfRange(part.values(), i * part.dimension(), (i + 1) * part.dimension()));
            }
        }
        return FeatureMatrix.of(vectors);
    }
}
