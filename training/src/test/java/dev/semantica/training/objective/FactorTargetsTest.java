package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.network.EncoderHeads;
import dev.semantica.training.network.TestNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compared with the same arithmetic in doubles. */
class FactorTargetsTest {

    private static final FactorTargets FACTORS = new FactorTargets(
            Map.of("kind", List.of("cat", "dog", "owl"), "shade", List.of("blue", "red")),
            Map.of("age", new double[] {10, 4}, "size", new double[] {-1, 0.5}),
            Set.of("shade"));

    private static final PackedPage[] PAGES = {
        page(Map.of("kind", "owl", "shade", "red"), Map.of("age", 14.0, "size", -1.5)),
        page(Map.of("kind", "cat"), Map.of("age", 2.0)),
        page(Map.of("shade", "blue"), Map.of()),
        page(Map.of("kind", "dog", "shade", "red", "mood", "good"), Map.of("size", 0.25)),
        page(Map.of("kind", "yak"), Map.of("weight", 3.0)),
    };

    /** The last but one has no colour: its shade is not asked for. */
    private static final boolean[] GREY = {false, false, false, true, false};

    private final NDManager manager = NDManager.newBaseManager();
    private final EncoderHeads heads = new EncoderHeads(TestNetworks.encoder(), FACTORS.classes(), 2, 4, manager, 5);
    private final NDArray pooled = TestNetworks.normal(manager, 6, PAGES.length, 10);

    FactorTargetsTest() {
        TestNetworks.shake(heads.weights(), 7);
    }

    @AfterEach
    void close() {
        heads.close();
        manager.close();
    }

    @Test
    void theLossIsTheMeanOverAllThatIsAnnotated() {
        double[][] kind = rows("kind");
        double[][] shade = rows("shade");
        float[] quantities = heads.quantities(pooled).toFloatArray();
        double expected = (surprise(kind[0], 2)
                        + surprise(kind[1], 0)
                        + surprise(kind[3], 1)
                        + surprise(shade[0], 1)
                        + surprise(shade[2], 0)
                        + square(quantities[0] - 1)
                        + square(quantities[1] + 1)
                        + square(quantities[2] + 2)
                        + square(quantities[7] - 2.5))
                / 9;

        Map<String, int[]> right = new TreeMap<>();
        double found = FACTORS.loss(heads, pooled, PAGES, GREY, right).getFloat();

        assertThat(found).isCloseTo(expected, within(1e-5));
        assertThat(FACTORS.loss(heads, pooled, PAGES, GREY, null).getFloat()).isEqualTo((float) found);
        assertThat(right.get("kind")).containsExactly(best(kind, 2, 0, -1, 1, -1), 3);
        assertThat(right.get("shade")).containsExactly(best(shade, 1, -1, 0, -1, -1), 2);
    }

    @Test
    void whereNothingIsAnnotatedThereIsNoLoss() {
        PackedPage[] bare = {page(Map.of(), Map.of())};

        assertThat(FACTORS.loss(heads, pooled.get("0:1"), bare, new boolean[1], null)
                        .getFloat())
                .isZero();
    }

    @Test
    void factorsAreThoseOfEnoughPagesThatDiffer() {
        List<PackedPage> pages = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Map<String, String> categories = new TreeMap<>(Map.of("kind", i % 2 == 0 ? "dog" : "cat", "same", "one"));
            Map<String, Double> quantities = new TreeMap<>(Map.of("age", i % 2 == 0 ? 3.0 : 7.0, "constant", 2.0));
            if (i < 19) {
                categories.put("rare", i % 2 == 0 ? "a" : "b");
                quantities.put("seldom", (double) i);
            }
            pages.add(page(categories, quantities));
        }

        FactorTargets factors = FactorTargets.of(pages, Set.of("kind"));

        assertThat(factors.categories()).containsExactly(Map.entry("kind", List.of("cat", "dog")));
        assertThat(factors.classes()).containsExactly(Map.entry("kind", 2));
        assertThat(factors.quantities()).containsOnlyKeys("age");
        assertThat(factors.quantities().get("age")).containsExactly(5, 2);
        assertThat(factors.isEmpty()).isFalse();
        assertThat(FactorTargets.of(pages.subList(0, 19), Set.of()).isEmpty()).isTrue();
    }

    private double[][] rows(String name) {
        float[] logits = heads.categories(pooled).get(name).toFloatArray();
        int classes = logits.length / PAGES.length;
        double[][] rows = new double[PAGES.length][classes];
        for (int i = 0; i < logits.length; i++) {
            rows[i / classes][i % classes] = logits[i];
        }
        return rows;
    }

    /** −ln softmax. */
    private static double surprise(double[] logits, int wanted) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[wanted];
    }

    private static double square(double value) {
        return value * value;
    }

    /** Rows whose highest logit is the wanted one; −1: not counted. */
    private static int best(double[][] logits, int... wanted) {
        int right = 0;
        for (int i = 0; i < wanted.length; i++) {
            int highest = 0;
            for (int k = 0; k < logits[i].length; k++) {
                highest = logits[i][k] > logits[i][highest] ? k : highest;
            }
            right += highest == wanted[i] ? 1 : 0;
        }
        return right;
    }

    private static PackedPage page(Map<String, String> categories, Map<String, Double> quantities) {
        return new PackedPage("p", "", 0, 1, categories, quantities, List.of(""));
    }
}
