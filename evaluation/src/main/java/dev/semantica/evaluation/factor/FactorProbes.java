package dev.semantica.evaluation.factor;

import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Reads the factors of pages from the features of a frozen encoder and from colours, by ridge regressions that were fitted to
 * annotated images of real pages alone. For one thread, as the encoder is.
 */
public final class FactorProbes {

    /** Of so many pages one is held out, and one chooses the penalties. */
    private static final int TENTH = 10;

    private static final int CHUNK = 64;
    private static final long SOFTENING_SEED = 1;

    private final ProbeWeights weights;
    private final ProbeFeatures features;

    private FactorProbes(ProbeWeights weights, FeatureEncoder encoder) {
        this.weights = weights;
        this.features = new ProbeFeatures(encoder, weights.header().plan());
    }

    /**
     * Fits probes. The same data, plan and encoder give the same probes.
     *
     * @param progress told the pages that are seen
     * @throws IllegalArgumentException if the data are too few or have no factor that all of them share
     */
    public static FactorProbes fit(ProbeData data, ProbePlan plan, FeatureEncoder encoder, IntConsumer progress) {
        if (data.size() < TENTH) {
            throw new IllegalArgumentException("Factor probes need at least " + TENTH + " annotated pages, one in "
                    + TENTH + " to be held out, but there are " + data.size());
        }
        ProbeFeatures features = new ProbeFeatures(encoder, plan);
        List<Sample> fitted = new ArrayList<>();
        List<Sample> choosing = new ArrayList<>();
        List<Sample> heldOut = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SOFTENING_SEED);
        for (int from = 0; from < data.size(); from += CHUNK) {
            // Drawn by many threads, softened by one: the lots fall in order.
            List<ProbeData.Page> pages = IntStream.range(from, Math.min(data.size(), from + CHUNK))
                    .parallel()
                    .mapToObj(data::page)
                    .toList();
            for (int i = 0; i < pages.size(); i++) {
                boolean isHeldOut = (from + i) % TENTH == TENTH - 1;
                List<Sample> part = isHeldOut ? heldOut : (from + i) % TENTH == TENTH - 2 ? choosing : fitted;
                part.addAll(samples(pages.get(i), features, isHeldOut ? null : random));
            }
            progress.accept(from + pages.size());
        }
        List<Head> heads = Heads.of(fitted);
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("The pages have no factor that all of them share and that differs");
        }
        float[][] parameters = parameters(new Ridge(fitted, heads, features.colours()), plan, heads, choosing);
        return new FactorProbes(
                new ProbeWeights(
                        new ProbeWeights.Header(
                                data.identity(),
                                encoder.digest(),
                                encoder.name(),
                                plan,
                                parameters[0].length,
                                heads,
                                readings(heads, parameters, fitted, heldOut)),
                        parameters),
                encoder);
    }

    /**
     * Probes that are kept in a folder, or that are fitted now and kept there.
     *
     * @throws ProbeFileException if what is kept cannot be used
     */
    public static FactorProbes keptIn(
            Path folder, ProbeData data, ProbePlan plan, FeatureEncoder encoder, IntConsumer progress)
            throws IOException {
        Path file =
                folder.resolve("factor-probes-" + ProbeWeights.key(data.identity(), plan, encoder.digest()) + ".bin");
        if (Files.exists(file)) {
            return load(file, encoder);
        }
        FactorProbes probes = fit(data, plan, encoder, progress);
        probes.save(file);
        return probes;
    }

    /**
     * Reads probes.
     *
     * @param encoder whose features they were fitted to
     * @throws ProbeFileException if the file is none, is damaged, or belongs to another encoder
     */
    public static FactorProbes load(Path file, FeatureEncoder encoder) throws IOException {
        return new FactorProbes(ProbeWeights.read(file, encoder.digest()), encoder);
    }

    /** Writes them, whole or not at all. */
    public void save(Path file) throws IOException {
        weights.write(file);
    }

    /** What they were fitted to. */
    public String trainedOn() {
        return weights.header().identity();
    }

    /** What the encoder was called when they were fitted. */
    public String encoderName() {
        return weights.header().encoderName();
    }

    /** The encoder's digest. */
    public String encoderDigest() {
        return weights.header().encoder();
    }

    /** How well each factor is read from held-out real images, by factor. */
    public Map<String, Reading> readings() {
        return weights.header().readings();
    }

    /** Reads pictures of any size: for each the factors, by the names of {@link #readings()}. */
    public List<Factors> predict(List<RgbImage> pictures) {
        return features.of(pictures).stream().map(this::factors).toList();
    }

    private Factors factors(float[] seen) {
        Map<String, FactorValue> values = new TreeMap<>();
        double[] outputs = ProbeWeights.outputs(weights.parameters(), seen);
        int at = 0;
        for (Head head : weights.header().heads()) {
            values.put(head.factor(), head.value(outputs, at));
            at += head.width();
        }
        return new Factors(values);
    }

    private static List<Sample> samples(ProbeData.Page page, ProbeFeatures features, SplittableRandom softening) {
        List<RgbImage> pictures = page.images().stream()
                .map(ProbeData.Image::picture)
                .map(picture -> softening == null ? picture : Softening.of(picture, softening))
                .toList();
        List<float[]> seen = features.of(pictures);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            samples.add(new Sample(page.factors(), page.images().get(i).factors(), seen.get(i)));
        }
        return samples;
    }

    /** For every head those of the penalty that reads the choosing pages best. */
    private static float[][] parameters(Ridge ridge, ProbePlan plan, List<Head> heads, List<Sample> choosing) {
        float[][] best = new float[heads.stream().mapToInt(Head::width).sum()][];
        double[] scores = new double[heads.size()];
        Arrays.fill(scores, Double.NEGATIVE_INFINITY);
        for (double penalty : plan.penalties()) {
            float[][] solved = ridge.solve(penalty);
            int at = 0;
            for (int h = 0; h < scores.length; h++) {
                int width = heads.get(h).width();
                double score = Scoring.of(heads.get(h), at, solved, choosing).score();
                if (score > scores[h]) {
                    scores[h] = score;
                    System.arraycopy(solved, at, best, at, width);
                }
                at += width;
            }
        }
        return best;
    }

    private static Map<String, Reading> readings(
            List<Head> heads, float[][] parameters, List<Sample> fitted, List<Sample> heldOut) {
        Map<String, Reading> readings = new TreeMap<>();
        int at = 0;
        for (Head head : heads) {
            Scoring held = Scoring.of(head, at, parameters, heldOut);
            Scoring train = Scoring.of(head, at, parameters, fitted);
            readings.put(
                    head.factor(),
                    new Reading(
                            head.ofPage(),
                            head.categories(),
                            held.score(),
                            held.skill(),
                            heldOut.size(),
                            train.score(),
                            fitted.size()));
            at += head.width();
        }
        return readings;
    }
}
