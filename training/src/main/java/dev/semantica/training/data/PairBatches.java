package dev.semantica.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Pairs of images to train on: a source, which conditions, and a target, which is denoised. What a step gets is a function
 * of the seed and the step's number: a run that goes on where it stopped needs no other memory. In every epoch each page
 * comes once, in an order of that epoch's own.
 */
public final class PairBatches {

    /** What a pair is. */
    public enum Objective {
        /** Two images of a page: Semantica. */
        PAIRS,
        /** Twice the same image: reconstruction. */
        RECONSTRUCT,
        /** Two different images of the same label, of any of its pages. */
        LABEL_GROUPED
    }

    /**
     * Pairs as places in the packed store.
     *
     * @param pages place of each source's page in the list of pages
     * @param sources images that condition
     * @param targets images that are denoised
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on to arrays of the same order; never compared.
    public record Pairs(int[] pages, int[] sources, int[] targets) {}

    /** Of a page: pairs are counted by an int. */
    private static final int MOST_IMAGES = 46_340;

    /** Every pair of a page: not written out, as a page may have many images. */
    private static final int[] ALL = {};

    private final List<PackedPage> pages;
    private final int[][] admitted;
    private final Map<String, int[]> labels = new HashMap<>();
    private final Objective objective;
    private final int size;
    private final long seed;
    private int[] order;
    private long orderOf = -1;

    /**
     * Pairs of pages.
     *
     * @param pages where they are from; those without a pair under the objective are passed over
     * @param admitted for every page the pairs (source, target) of its images, counted within the page, that may be used,
     *     one after the other; null: all
     * @param size pairs of a batch
     * @throws IllegalArgumentException if no page has a pair, or one has more than {@value #MOST_IMAGES} images
     */
    public PairBatches(List<PackedPage> pages, List<int[]> admitted, Objective objective, int size, long seed) {
        Map<String, Integer> imagesOfLabel = new HashMap<>();
        pages.forEach(page -> imagesOfLabel.merge(page.label(), page.images(), Integer::sum));
        List<PackedPage> kept = new ArrayList<>();
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            PackedPage page = pages.get(i);
            if (page.images() > MOST_IMAGES) {
                throw new IllegalArgumentException("Page " + page.id() + " has " + page.images()
                        + " images, and at most " + MOST_IMAGES + " can be paired; make several pages of it");
            }
            int[] some = objective == Objective.PAIRS && admitted != null ? admitted.get(i) : ALL;
            boolean has =
                    switch (objective) {
                        case PAIRS -> page.images() > 1 && (some == ALL || some.length > 0);
                        case RECONSTRUCT -> true;
                        case LABEL_GROUPED -> !page.label().isEmpty() && imagesOfLabel.get(page.label()) > 1;
                    };
            if (has) {
                kept.add(page);
                pairs.add(some);
            }
        }
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("Not one of " + pages.size() + " pages has a pair of images"
                    + (objective == Objective.LABEL_GROUPED ? " with a label" : "") + " to train on");
        }
        this.pages = List.copyOf(kept);
        this.admitted = pairs.toArray(int[][]::new);
        this.objective = objective;
        this.size = size;
        this.seed = seed;
        Map<String, List<Integer>> grouped = new HashMap<>();
        for (int i = 0; i < kept.size(); i++) {
            grouped.computeIfAbsent(kept.get(i).label(), label -> new ArrayList<>())
                    .add(i);
        }
        grouped.forEach((label, found) ->
                labels.put(label, found.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** The pages that pairs are drawn from. */
    public List<PackedPage> pages() {
        return pages;
    }

    /** The pairs of a step, from 0. */
    public Pairs at(long step) {
        int[] chosen = new int[size];
        int[] sources = new int[size];
        int[] targets = new int[size];
        for (int i = 0; i < size; i++) {
            long number = step * size + i;
            int page = order(number / pages.size())[(int) (number % pages.size())];
            SplittableRandom random = new SplittableRandom(mixed(seed, number));
            PackedPage source = pages.get(page);
            chosen[i] = page;
            switch (objective) {
                case PAIRS -> {
                    int[] some = admitted[page];
                    int others = source.images() - 1;
                    int pair = random.nextInt(some == ALL ? source.images() * others : some.length / 2);
                    int first = some == ALL ? pair / others : some[2 * pair];
                    int second = some == ALL ? (first + 1 + pair % others) % source.images() : some[2 * pair + 1];
                    sources[i] = source.firstImage() + first;
                    targets[i] = source.firstImage() + second;
                }
                case RECONSTRUCT -> {
                    sources[i] = source.firstImage() + random.nextInt(source.images());
                    targets[i] = sources[i];
                }
                case LABEL_GROUPED -> {
                    int[] mates = labels.get(source.label());
                    sources[i] = source.firstImage() + random.nextInt(source.images());
                    do {
                        PackedPage other = pages.get(mates[random.nextInt(mates.length)]);
                        targets[i] = other.firstImage() + random.nextInt(other.images());
                    } while (targets[i] == sources[i]);
                }
            }
        }
        return new Pairs(chosen, sources, targets);
    }

    private synchronized int[] order(long epoch) {
        if (epoch != orderOf) {
            int[] shuffled = new int[pages.size()];
            Arrays.setAll(shuffled, i -> i);
            SplittableRandom random = new SplittableRandom(mixed(~seed, epoch));
            for (int i = shuffled.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int swapped = shuffled[i];
                shuffled[i] = shuffled[other];
                shuffled[other] = swapped;
            }
            order = shuffled;
            orderOf = epoch;
        }
        return order;
    }

    private static long mixed(long a, long b) {
        return new SplittableRandom(a * 0x9E3779B97F4A7C15L + b).nextLong();
    }
}
