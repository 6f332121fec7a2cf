package dev.semantica.evaluation.factor;

import dev.semantica.pages.factor.Factors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The images of a candidate that do not keep a factor of their page: what is read of them instead, and what things they show.
 *
 * @param misread how many they are
 * @param images of how many
 * @param readAs by another factor of the page that may have the same values, in how many of them that one's value is read: the
 *     two have changed places
 * @param kinds by the page's {@value #KIND}; empty where pages have none
 */
public record Misreadings(int misread, int images, Map<String, Integer> readAs, Map<String, OfKind> kinds) {

    private static final String KIND = "kind";

    /**
     * Of the pages of one kind.
     *
     * @param misread images of which something else is read
     * @param images of how many
     */
    public record OfKind(int misread, int images) {
        private OfKind plus(OfKind other) {
            return new OfKind(misread + other.misread, images + other.images);
        }
    }

    /** Of sources whose category of that factor the probe knows. */
    static Misreadings of(
            String factor, Map<String, Reading> readings, List<FactorScores.Source> sources, String candidate) {
        int misread = 0;
        int images = 0;
        Map<String, Integer> readAs = new TreeMap<>();
        Map<String, OfKind> kinds = new TreeMap<>();
        for (FactorScores.Source source : sources) {
            Factors page = source.page();
            String truth = page.category(factor).orElseThrow();
            for (Factors made : source.made().get(candidate)) {
                String read = made.category(factor).orElseThrow();
                boolean wrong = !read.equals(truth);
                misread += wrong ? 1 : 0;
                images++;
                page.category(KIND).ifPresent(kind -> kinds.merge(kind, new OfKind(wrong ? 1 : 0, 1), OfKind::plus));
                if (wrong) {
                    readings.forEach((other, reading) -> {
                        if (reading.ofPage()
                                && reading.categories().contains(truth)
                                && page.category(other).filter(read::equals).isPresent()) {
                            readAs.merge(other, 1, Integer::sum);
                        }
                    });
                }
            }
        }
        return new Misreadings(misread, images, readAs, kinds);
    }
}
