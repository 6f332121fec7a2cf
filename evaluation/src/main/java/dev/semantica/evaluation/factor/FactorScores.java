package dev.semantica.evaluation.factor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.semantica.evaluation.metric.Interval;
import dev.semantica.pages.factor.Factors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What candidates keep of what pages fix, and cover of what images vary. Rests on the factors alone that the probe reads well
 * from real images ({@link Reading#isReadable}).
 *
 * @param probes what the probes are
 * @param images of each source and candidate
 * @param realImages whose distribution bins are made of
 * @param readings how well each factor is read, also those that are left out
 * @param candidates by name
 * @param sourceReadings what the judged bundle's own encoder tells of the sources; null when not asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FactorScores(
        Probes probes,
        int images,
        int realImages,
        Map<String, Reading> readings,
        Map<String, Candidate> candidates,
        SourceReadings sourceReadings) {

    private static final int RESAMPLES = 1000;

    /**
     * Where the probes' judgement comes from.
     *
     * @param encoder that they look through
     * @param sha256 the encoder's digest
     * @param trainedOn data that they were fitted to
     */
    public record Probes(String encoder, String sha256, String trainedOn) {}

    /**
     * A source and what stands beside it.
     *
     * @param page what its page fixes
     * @param made per candidate the predictions for its images; the same candidates and the same number everywhere
     */
    public record Source(Factors page, Map<String, List<Factors>> made) {}

    /**
     * What a candidate does.
     *
     * @param kept by factor of the page: share of images whose predicted category is the annotated one, 0 to 1; mean over
     *     sources with a bootstrap interval. Sources whose category no probe knows do not count
     * @param keptOfReference by factor the share kept, divided by the same of the reference candidate; sources are resampled.
     *     Missing where the reference keeps nothing
     * @param keptAll share of images that keep all of these factors at once
     * @param misread by factor of the page the images that do not keep it
     * @param coverage by factor of the image
     */
    public record Candidate(
            Map<String, Interval> kept,
            Map<String, Interval> keptOfReference,
            Interval keptAll,
            Map<String, Misreadings> misread,
            Map<String, Coverage> coverage) {}

    /**
     * How much of a factor's range is covered.
     *
     * @param distinct bins (tenths of the real images, or categories) that a source's images fall into, mean over sources
     * @param ratio of that to the same of the reference candidate, with an interval of 95 % from resampled sources
     * @param overlap of the distribution over all sources with that of all real images, 0 to 1
     */
    public record Coverage(double distinct, Interval ratio, double overlap) {}

    /**
     * Scores candidates.
     *
     * @param probes what they are
     * @param sources at least one
     * @param reference name of the candidate whose coverage is 1: real images of the same page
     * @param real predictions for all real images, at least one
     * @param seed of the intervals
     */
    public static FactorScores of(
            Probes probes,
            Map<String, Reading> readings,
            List<Source> sources,
            String reference,
            List<Factors> real,
            long seed) {
        List<String> names = List.copyOf(sources.get(0).made().keySet());
        int images = sources.get(0).made().get(reference).size();
        for (Source source : sources) {
            if (!source.made().keySet().equals(sources.get(0).made().keySet())
                    || source.made().values().stream().anyMatch(made -> made.size() != images || made.isEmpty())) {
                throw new IllegalArgumentException(
                        "Every source must have the same candidates, each with the same number of images, at least one");
            }
        }
        Map<String, Reading> readable = new TreeMap<>(readings);
        readable.values().removeIf(reading -> !reading.isReadable());
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        for (String name : names) {
            Map<String, Interval> kept = new TreeMap<>();
            Map<String, Interval> keptOfReference = new TreeMap<>();
            Map<String, Misreadings> misread = new TreeMap<>();
            Map<String, Coverage> coverage = new TreeMap<>();
            readable.forEach((factor, reading) -> {
                if (reading.ofPage()) {
                    List<Source> known = sources.stream()
                            .filter(source -> knows(reading, source.page(), factor))
                            .toList();
                    if (!known.isEmpty()) {
                        int[] own = kept(known, name, List.of(factor));
                        int[] others = kept(known, reference, List.of(factor));
                        kept.put(factor, share(own, images, seed));
                        misread.put(factor, Misreadings.of(factor, readings, known, name));
                        if (Arrays.stream(others).sum() > 0) {
                            keptOfReference.put(factor, ratio(own, others, seed));
                        }
                    }
                } else {
                    coverage.put(factor, coverage(new Bins(factor, reading, real), sources, name, reference, seed));
                }
            });
            Interval all = kept.isEmpty() ? null : share(kept(sources, name, kept.keySet()), images, seed);
            candidates.put(name, new Candidate(kept, keptOfReference, all, misread, coverage));
        }
        return new FactorScores(probes, images, real.size(), new TreeMap<>(readings), candidates, null);
    }

    /** The same with what the bundle's own encoder tells of the sources. */
    public FactorScores with(SourceReadings found) {
        return new FactorScores(probes, images, realImages, readings, candidates, found);
    }

    static boolean knows(Reading reading, Factors page, String factor) {
        return page.category(factor).filter(reading.categories()::contains).isPresent();
    }

    static Interval share(int[] kept, int images, long seed) {
        return Interval.of(
                Arrays.stream(kept)
                        .mapToDouble(count -> count / (double) images)
                        .toArray(),
                seed);
    }

    static int[] kept(List<Source> sources, String candidate, Iterable<String> factors) {
        return sources.stream()
                .mapToInt(source -> kept(source, candidate, factors))
                .toArray();
    }

    private static int kept(Source source, String candidate, Iterable<String> factors) {
        int kept = 0;
        List<Factors> images = source.made().get(candidate);
        for (Factors image : images) {
            boolean all = true;
            for (String factor : factors) {
                all &= image.category(factor).equals(source.page().category(factor));
            }
            kept += all ? 1 : 0;
        }
        return kept;
    }

    private static Coverage coverage(Bins bins, List<Source> sources, String name, String reference, long seed) {
        int[] own = sources.stream()
                .mapToInt(source -> bins.distinct(source.made().get(name)))
                .toArray();
        int[] others = sources.stream()
                .mapToInt(source -> bins.distinct(source.made().get(reference)))
                .toArray();
        List<Factors> all = new ArrayList<>();
        sources.forEach(source -> all.addAll(source.made().get(name)));
        double distinct = Arrays.stream(own).average().orElseThrow();
        return new Coverage(distinct, ratio(own, others, seed), bins.overlap(all));
    }

    /** Ratio of the sums; both are resampled together, a source at a time. */
    private static Interval ratio(int[] own, int[] others, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double whole = Arrays.stream(own).sum() / (double) Arrays.stream(others).sum();
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            int sum = 0;
            int otherSum = 0;
            for (int j = 0; j < own.length; j++) {
                int at = random.nextInt(own.length);
                sum += own[at];
                otherSum += others[at];
            }
            // A draw in which the reference has nothing says nothing.
            ratios[i] = otherSum == 0 ? whole : sum / (double) otherSum;
        }
        Arrays.sort(ratios);
        return new Interval(whole, ratios[RESAMPLES / 40], ratios[RESAMPLES - 1 - RESAMPLES / 40], own.length);
    }
}
