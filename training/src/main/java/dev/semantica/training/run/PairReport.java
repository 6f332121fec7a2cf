package dev.semantica.training.run;

import dev.semantica.training.data.PackedPage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * How alike the images of pages are, and which bounds follow.
 *
 * @param pairs every pair of images of a page
 * @param strangers cosines of images of different pages
 * @param copies cosines of images and copies of them with small changes
 * @param lower suggested: below it an image is foreign; empty: page mates are no more alike than strangers
 * @param upper suggested: above it a pair is a near-duplicate; empty: page mates are as alike as copies
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record PairReport(
        List<Pair> pairs, double[] strangers, double[] copies, OptionalDouble lower, OptionalDouble upper) {

    /** Distributions that differ by less than this at every bound are taken for one. */
    private static final double LEAST_DIFFERENCE = 0.1;

    private static final String FOREIGN = "foreign";
    private static final String NEAR_DUPLICATE = "near-duplicate";

    /**
     * Two images of a page.
     *
     * @param first place within the page
     * @param second place within the page
     * @param cosine of their pooled vectors
     */
    public record Pair(PackedPage page, int first, int second, double cosine) {

        /** Whether it is annotated of one of them. */
        boolean has(String noise) {
            return page.noise().get(first).equals(noise)
                    || page.noise().get(second).equals(noise);
        }

        /** Whether it is annotated what belongs to the page, and all does. */
        boolean isGenuine() {
            return page.noise().get(first).equals("none")
                    && page.noise().get(second).equals("none");
        }
    }

    /**
     * How well a bound finds what it is for.
     *
     * @param precision share of what it keeps out that is meant
     * @param recall share of what is meant that it keeps out
     */
    public record Score(double precision, double recall) {
        @Override
        public String toString() {
            return "precision %.3f, recall %.3f".formatted(precision, recall);
        }
    }

    /** Copies the list. */
    public PairReport {
        pairs = List.copyOf(pairs);
    }

    /**
     * Suggests bounds: each where the two distributions it must tell apart differ most (the greatest difference of their
     * cumulative distributions; Youden 1950). What a page holds is a mixture with the very thing that is to be found; that
     * makes the difference smaller by a factor, and leaves its place where it is. Pairs that the lower bound keeps out say
     * nothing of the upper one, and where they are many would draw it below the lower.
     */
    static PairReport of(List<Pair> pairs, double[] strangers, double[] copies) {
        double[] mates = pairs.stream().mapToDouble(Pair::cosine).toArray();
        OptionalDouble lower = bound(strangers, mates);
        double[] belonging = Arrays.stream(mates)
                .filter(cosine -> cosine >= lower.orElse(-1))
                .toArray();
        return new PairReport(pairs, strangers.clone(), copies.clone(), lower, bound(belonging, copies));
    }

    /** Where the share of the less alike below exceeds that of the more alike by most. */
    private static OptionalDouble bound(double[] less, double[] more) {
        if (less.length == 0 || more.length == 0) {
            return OptionalDouble.empty();
        }
        double[] low = less.clone();
        double[] high = more.clone();
        Arrays.sort(low);
        Arrays.sort(high);
        double best = LEAST_DIFFERENCE;
        OptionalDouble bound = OptionalDouble.empty();
        int below = 0;
        for (int i = 0; i < low.length; i++) {
            while (below < high.length && high[below] <= low[i]) {
                below++;
            }
            double difference = (i + 1.0) / low.length - (double) below / high.length;
            if (difference > best) {
                best = difference;
                double next = Math.min(
                        i + 1 < low.length ? low[i + 1] : Double.POSITIVE_INFINITY,
                        below < high.length ? high[below] : Double.POSITIVE_INFINITY);
                bound = OptionalDouble.of(next == Double.POSITIVE_INFINITY ? low[i] : (low[i] + next) / 2);
            }
        }
        return bound;
    }

    /** The bounds as a run file's denoiser has them. */
    public RunConfig.Filter filter() {
        return new RunConfig.Filter(lower.orElse(-1), upper.orElse(1));
    }

    /** The lines of a run file that set the bounds. */
    public String asYaml() {
        RunConfig.Filter filter = filter();
        return String.format(Locale.ROOT, "  filter: {lower: %.4f, upper: %.4f}", filter.lower(), filter.upper());
    }

    /** Whether it is annotated which images belong to their page. */
    public boolean isAnnotated() {
        return pairs.stream().anyMatch(pair -> pair.has(FOREIGN) || pair.has(NEAR_DUPLICATE));
    }

    /** How the lower bound finds pairs with a foreign image; empty where none is annotated. */
    public Optional<Score> foreign(RunConfig.Filter filter) {
        return score(pair -> pair.cosine() < filter.lower(), FOREIGN, pair -> pair.has(FOREIGN));
    }

    /**
     * How the upper bound finds near-duplicates; empty where none is annotated. Of a near-duplicate it is not known which
     * image it repeats: it is found if one of its pairs is kept out, and such a pair is rightly kept out.
     */
    public Optional<Score> nearDuplicates(RunConfig.Filter filter) {
        List<Pair> above =
                pairs.stream().filter(pair -> pair.cosine() > filter.upper()).toList();
        long right = above.stream().filter(pair -> pair.has(NEAR_DUPLICATE)).count();
        long all = images(pairs);
        return all == 0
                ? Optional.empty()
                : Optional.of(new Score((double) right / Math.max(1, above.size()), (double) images(above) / all));
    }

    /** Share of the pairs of images that both belong which the bounds let through; 0 where none is annotated. */
    public double letThrough(RunConfig.Filter filter) {
        List<Pair> genuine = pairs.stream().filter(Pair::isGenuine).toList();
        long through = genuine.stream()
                .filter(pair -> pair.cosine() >= filter.lower() && pair.cosine() <= filter.upper())
                .count();
        return (double) through / Math.max(1, genuine.size());
    }

    /** Near-duplicates among the images of pairs, each counted once. */
    private static long images(List<Pair> of) {
        return of.stream()
                .flatMap(pair -> List.of(pair.first(), pair.second()).stream()
                        .filter(image -> pair.page().noise().get(image).equals(NEAR_DUPLICATE))
                        .map(image -> pair.page().firstImage() + image))
                .distinct()
                .count();
    }

    private Optional<Score> score(Predicate<Pair> found, String noise, Predicate<Pair> meant) {
        long all = pairs.stream().filter(meant).count();
        if (all == 0) {
            return Optional.empty();
        }
        long kept = pairs.stream().filter(found).count();
        long right = pairs.stream().filter(found.and(pair -> pair.has(noise))).count();
        return Optional.of(new Score((double) right / Math.max(1, kept), (double) right / all));
    }
}
