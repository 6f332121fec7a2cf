package dev.semantica.evaluation.factor;

import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * Reads the factors of pages from pixels: one small convolutional network with a head for each factor, trained on annotated
 * images of real pages alone. Immutable; safe for use by many threads.
 */
public final class FactorProbes {

    /** One page in so many is held out from training. */
    private static final int HELD_OUT = 10;

    private static final int BATCH = 16;

    private final ProbeWeights weights;
    private final Network network;

    FactorProbes(ProbeWeights weights) {
        this.weights = weights;
        this.network = weights.network();
    }

    /**
     * Trains probes. The same data and plan give the same probes, whatever the threads.
     *
     * @param threads that work at once
     * @param progress told the steps that are done
     * @throws IllegalArgumentException if the data are too few or have no factor that all of them share
     */
    public static FactorProbes train(ProbeData data, ProbePlan plan, int threads, IntConsumer progress)
            throws InterruptedException {
        List<ProbeData.Page> pages = data.pages();
        List<ProbeData.Page> seen = new ArrayList<>();
        List<ProbeData.Page> heldOut = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            (i % HELD_OUT == HELD_OUT - 1 ? heldOut : seen).add(pages.get(i));
        }
        if (heldOut.isEmpty()) {
            throw new IllegalArgumentException("Factor probes need at least " + HELD_OUT + " annotated pages, one in "
                    + HELD_OUT + " to be held out, but there are " + pages.size());
        }
        List<Head> heads = Heads.of(seen);
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("The pages have no factor that all of them share and that differs");
        }
        Network network = ProbeWeights.network(plan, heads);
        List<byte[]> pictures = new ArrayList<>();
        List<float[]> targets = new ArrayList<>();
        for (ProbeData.Page page : seen) {
            for (ProbeData.Image image : page.images()) {
                pictures.add(Inputs.pixels(image.picture(), plan.side()));
                targets.add(targets(heads, page, image));
            }
        }
        float[][] parameters = new Training(plan, network, heads, pictures, targets).run(threads, progress);
        ProbeWeights unread =
                new ProbeWeights(new ProbeWeights.Header(data.identity(), plan, heads, Map.of()), parameters);
        return new FactorProbes(unread.with(new FactorProbes(unread).readings(heldOut)));
    }

    /**
     * Probes that are kept in a folder, or that are trained now and kept there.
     *
     * @throws ProbeFileException if what is kept cannot be used
     */
    public static FactorProbes keptIn(Path folder, ProbeData data, ProbePlan plan, int threads, IntConsumer progress)
            throws IOException, InterruptedException {
        Path file = folder.resolve("factor-probes-" + ProbeWeights.key(data.identity(), plan) + ".bin");
        if (Files.exists(file)) {
            return load(file);
        }
        FactorProbes probes = train(data, plan, threads, progress);
        probes.save(file);
        return probes;
    }

    /**
     * Reads probes.
     *
     * @throws ProbeFileException if the file is none, or is damaged
     */
    public static FactorProbes load(Path file) throws IOException {
        return new FactorProbes(ProbeWeights.read(file));
    }

    /** Writes them, whole or not at all. */
    public void save(Path file) throws IOException {
        weights.write(file);
    }

    /** What they were trained on. */
    public String trainedOn() {
        return weights.header().identity();
    }

    /** How well each factor is read from held-out real images, by factor. */
    public Map<String, Reading> readings() {
        return weights.header().readings();
    }

    /** Reads pictures of any size: for each the factors, by the names of {@link #readings()}. */
    public List<Factors> predict(List<RgbImage> pictures) {
        Network.Pass pass = network.pass(BATCH);
        List<Factors> predicted = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            int count = Math.min(BATCH, pictures.size() - from);
            for (int i = 0; i < count; i++) {
                Inputs.put(Inputs.pixels(pictures.get(from + i), network.side()), network.side(), pass.input(), i);
            }
            Rows outputs = pass.forward(weights.parameters(), count, false);
            for (int i = 0; i < count; i++) {
                predicted.add(factors(outputs.row(i)));
            }
        }
        return predicted;
    }

    private Factors factors(float[] outputs) {
        Map<String, FactorValue> values = new TreeMap<>();
        int at = 0;
        for (Head head : weights.header().heads()) {
            values.put(head.factor(), head.value(outputs, at));
            at += head.width();
        }
        return new Factors(values);
    }

    private static float[] targets(List<Head> heads, ProbeData.Page page, ProbeData.Image image) {
        float[] targets = new float[heads.size()];
        for (int h = 0; h < targets.length; h++) {
            targets[h] = heads.get(h).target(truth(heads.get(h), page, image));
        }
        return targets;
    }

    private static FactorValue truth(Head head, ProbeData.Page page, ProbeData.Image image) {
        return (head.ofPage() ? page.factors() : image.factors()).values().get(head.factor());
    }

    private Map<String, Reading> readings(List<ProbeData.Page> pages) {
        List<RgbImage> pictures = pages.stream()
                .flatMap(page -> page.images().stream())
                .map(ProbeData.Image::picture)
                .toList();
        List<Factors> predicted = predict(pictures);
        Map<String, Reading> readings = new TreeMap<>();
        for (Head head : weights.header().heads()) {
            List<FactorValue> truths = new ArrayList<>();
            for (ProbeData.Page page : pages) {
                page.images().forEach(image -> truths.add(truth(head, page, image)));
            }
            List<FactorValue> found = predicted.stream()
                    .map(factors -> factors.values().get(head.factor()))
                    .toList();
            readings.put(head.factor(), head.isCategory() ? accuracy(head, truths, found) : fit(head, truths, found));
        }
        return readings;
    }

    private static Reading accuracy(Head head, List<FactorValue> truths, List<FactorValue> found) {
        Map<String, Integer> counts = new TreeMap<>();
        int right = 0;
        for (int i = 0; i < truths.size(); i++) {
            String truth = Head.name(truths.get(i));
            counts.merge(truth, 1, Integer::sum);
            right += ((Category) found.get(i)).name().equals(truth) ? 1 : 0;
        }
        int n = truths.size();
        int frequent =
                counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        double skill = frequent == n ? 0 : 1 - (n - right) / (double) (n - frequent);
        return new Reading(head.ofPage(), head.categories(), right / (double) n, skill, n);
    }

    private static Reading fit(Head head, List<FactorValue> truths, List<FactorValue> found) {
        double mean = truths.stream()
                .mapToDouble(truth -> ((Quantity) truth).value())
                .average()
                .orElseThrow();
        double error = 0;
        double spread = 0;
        for (int i = 0; i < truths.size(); i++) {
            double truth = ((Quantity) truths.get(i)).value();
            double difference = ((Quantity) found.get(i)).value() - truth;
            error += difference * difference;
            spread += (truth - mean) * (truth - mean);
        }
        double fit = spread == 0 ? 0 : 1 - error / spread;
        return new Reading(head.ofPage(), List.of(), fit, fit, truths.size());
    }
}
