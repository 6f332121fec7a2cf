package dev.semantica.evaluation.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.pages.factor.Factors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FactorScoresTest {

    private static final Map<String, Reading> READINGS = Map.of(
            "kind", new Reading(true, List.of("cat", "dog"), 0.98, 0.95, 100, 0.99, 900),
            "outline", new Reading(true, List.of("none", "thin"), 0.6, 0.2, 100, 0.99, 900),
            "mirror", new Reading(false, List.of("false", "true"), 0.9, 0.8, 100, 0.99, 900),
            "x", new Reading(false, List.of(), 0.9, 0.9, 100, 0.99, 900));

    private static final FactorScores.Probes PROBES = new FactorScores.Probes("tiny", "ab12", "drawn pages");

    /** Tenths of x: one real image in each. */
    private static final List<Factors> REAL = real();

    private static final List<FactorScores.Source> SOURCES = List.of(
            new FactorScores.Source(
                    Factors.NONE.with("kind", "cat"),
                    Map.of(
                            "mates", List.of(image("cat", true, 0.05), image("cat", false, 0.95)),
                            "made", List.of(image("cat", true, 0.51), image("dog", true, 0.55)))),
            new FactorScores.Source(
                    Factors.NONE.with("kind", "dog"),
                    Map.of(
                            "mates", List.of(image("dog", true, 0.25), image("cat", true, 0.45)),
                            "made", List.of(image("dog", true, 0.15), image("dog", false, 0.75)))));

    private final FactorScores scores = FactorScores.of(PROBES, READINGS, SOURCES, "mates", REAL, 1);

    @Test
    void countsWhatIsKept() {
        assertThat(scores.images()).isEqualTo(2);
        assertThat(scores.realImages()).isEqualTo(10);
        assertThat(made().kept().get("kind").mean()).isEqualTo(0.75);
        assertThat(made().kept().get("kind").n()).isEqualTo(2);
        assertThat(made().keptOfReference().get("kind").mean()).isEqualTo(1);
        assertThat(made().keptOfReference().get("kind").low()).isEqualTo(0.5);
        assertThat(made().keptOfReference().get("kind").high()).isEqualTo(2);
        assertThat(made().keptAll().mean()).isEqualTo(0.75);
        assertThat(scores.candidates().get("mates").kept().get("kind").mean()).isEqualTo(0.75);
    }

    @Test
    void saysWhatIsReadInsteadAndOfWhichThings() {
        List<String> colours = List.of("blue", "green", "red");
        Map<String, Reading> readings = Map.of(
                "kind", new Reading(true, List.of("cat", "dog"), 0.98, 0.95, 100, 0.99, 900),
                "main", new Reading(true, colours, 0.95, 0.9, 100, 0.99, 900),
                "second", new Reading(true, colours, 0.5, 0.3, 100, 0.99, 900));
        List<FactorScores.Source> sources = List.of(
                painted("cat", "red", "blue", List.of("blue", "green", "red")),
                painted("dog", "green", "red", List.of("red", "green", "green")));

        FactorScores found = FactorScores.of(PROBES, readings, sources, "mates", REAL, 1);

        Misreadings main = found.candidates().get("made").misread().get("main");
        assertThat(main.misread()).isEqualTo(3);
        assertThat(main.images()).isEqualTo(6);
        // The cat's green is no other colour of its page.
        assertThat(main.readAs()).containsExactly(Map.entry("second", 2));
        assertThat(main.kinds())
                .containsExactly(
                        Map.entry("cat", new Misreadings.OfKind(2, 3)), Map.entry("dog", new Misreadings.OfKind(1, 3)));
        assertThat(found.candidates().get("mates").misread().get("main").misread())
                .isZero();
        assertThat(found.candidates().get("made").misread()).doesNotContainKey("second");
        assertThat(FactorTable.html(found))
                .contains("<td>main</td><td>made</td><td>3 of 6</td><td>second 2</td><td>cat 2 of 3, dog 1 of 3</td>");
    }

    private static FactorScores.Source painted(String kind, String main, String second, List<String> read) {
        Factors page = Factors.NONE.with("kind", kind).with("main", main).with("second", second);
        return new FactorScores.Source(
                page,
                Map.of(
                        "mates", List.of(page, page, page),
                        "made",
                                read.stream()
                                        .map(colour -> page.with("main", colour))
                                        .toList()));
    }

    @Test
    void countsTheTenthsThatAreCovered() {
        FactorScores.Coverage x = made().coverage().get("x");
        // 0.51 and 0.55 share a tenth; 0.15 and 0.75 do not. Mates fill two each.
        assertThat(x.distinct()).isEqualTo(1.5);
        assertThat(x.ratio().mean()).isEqualTo(0.75);
        assertThat(x.ratio().low()).isEqualTo(0.5);
        assertThat(x.ratio().high()).isEqualTo(1);
        // Two images in one tenth, one in each of two others: 0.1 + 0.1 + 0.1 is shared.
        assertThat(x.overlap()).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void countsTheCategoriesThatAreCovered() {
        FactorScores.Coverage mirror = made().coverage().get("mirror");
        assertThat(mirror.distinct()).isEqualTo(1.5);
        // Real images are mirrored half of the time, these three times of four.
        assertThat(mirror.overlap()).isCloseTo(0.75, within(1e-12));
        assertThat(scores.candidates()
                        .get("mates")
                        .coverage()
                        .get("mirror")
                        .ratio()
                        .mean())
                .isEqualTo(1);
    }

    @Test
    void leavesOutWhatTheProbeCannotRead() {
        assertThat(made().kept()).containsOnlyKeys("kind");
        assertThat(scores.readings()).containsKey("outline");
        assertThat(FactorTable.html(scores))
                .contains("<td>outline</td><td>0.600</td><td>not judged</td>", "untrustworthy");
    }

    @Test
    void dividesSourcesByWhatTheBundlesEncoderTells() {
        Factors dog = Factors.NONE.with("kind", "dog").with("outline", "thin");
        SourceReadings told = SourceReadings.of(
                new FactorScores.Probes("own", "cd34", "drawn pages"), READINGS, scores, SOURCES, List.of(dog, dog), 1);

        // The cat is taken for a dog; outlines cannot be judged, and x is none of the page's.
        assertThat(told.factors()).containsOnlyKeys("kind");
        SourceReadings.OfFactor kind = told.factors().get("kind");
        assertThat(kind.score()).isEqualTo(0.98);
        assertThat(kind.read().mean()).isEqualTo(0.5);
        assertThat(kind.read().n()).isEqualTo(2);
        assertThat(kind.keptWhereRead().get("made").mean()).isEqualTo(1);
        assertThat(kind.keptWhereRead().get("mates").mean()).isEqualTo(0.5);
        assertThat(kind.keptElsewhere().get("made").mean()).isEqualTo(0.5);
        assertThat(kind.keptElsewhere().get("mates").mean()).isEqualTo(1);
        assertThat(kind.keptElsewhere().get("mates").n()).isEqualTo(1);
        assertThat(FactorTable.html(scores.with(told)))
                .contains("What the bundle's own encoder tells of the sources", "cd34", "n = 1");
        assertThat(FactorTable.html(scores)).doesNotContain("own encoder");
    }

    @Test
    void aFactorThatTheBundlesEncoderAlwaysTellsHasNoOtherSources() {
        List<Factors> right = SOURCES.stream().map(FactorScores.Source::page).toList();
        SourceReadings told = SourceReadings.of(PROBES, READINGS, scores, SOURCES, right, 1);

        assertThat(told.factors().get("kind").read().low()).isEqualTo(1);
        assertThat(told.factors().get("kind").keptElsewhere()).isEmpty();
        assertThat(FactorTable.html(scores.with(told))).contains("<td>no source</td>");
    }

    @Test
    void refusesUnequalNumbers() {
        List<FactorScores.Source> uneven = List.of(new FactorScores.Source(
                Factors.NONE.with("kind", "cat"),
                Map.of("mates", List.of(image("cat", true, 0.5)), "made", List.of())));
        assertThatThrownBy(() -> FactorScores.of(PROBES, READINGS, uneven, "mates", REAL, 1))
                .hasMessageContaining("same number of images");
    }

    private FactorScores.Candidate made() {
        return scores.candidates().get("made");
    }

    private static List<Factors> real() {
        List<Factors> real = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            real.add(image("cat", i % 2 == 0, 0.1 * i));
        }
        return real;
    }

    private static Factors image(String kind, boolean mirror, double x) {
        return Factors.NONE
                .with("kind", kind)
                .with("outline", "none")
                .with("mirror", mirror)
                .with("x", x);
    }
}
