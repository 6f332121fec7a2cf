package dev.semantica.training.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Pages to train on, and pages to judge by. Which side a page falls on depends on its name alone, so it stays there in
 * every run, whatever other pages there are.
 *
 * @param training pages to train on
 * @param validation pages that training never sees
 */
public record Split(List<PackedPage> training, List<PackedPage> validation) {

    private static final int PARTS = 10_000;

    /** Copies the lists. */
    public Split {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /**
     * Splits.
     *
     * @param share about how many of the pages are for validation, 0 to 1; one page at least
     * @param heldOut names of pages (after the source's own name) that are left out of both
     */
    public static Split of(List<PackedPage> pages, double share, Set<String> heldOut) {
        List<PackedPage> training = new ArrayList<>();
        List<PackedPage> validation = new ArrayList<>();
        for (PackedPage page : pages) {
            String name = page.name();
            if (heldOut.contains(page.ownName())) {
                continue;
            }
            long part = Long.parseLong(DigestUtils.sha256Hex(name).substring(0, 12), 16) % PARTS;
            (part < share * PARTS ? validation : training).add(page);
        }
        if (validation.isEmpty() && training.size() > 1) {
            // Few pages: the share may round to none, and a run cannot go unjudged.
            String chosen = training.stream()
                    .map(PackedPage::name)
                    .min(Comparator.comparing(DigestUtils::sha256Hex))
                    .orElseThrow();
            training.stream().filter(page -> page.name().equals(chosen)).forEach(validation::add);
            training.removeIf(page -> page.name().equals(chosen));
        }
        return new Split(training, validation);
    }
}
