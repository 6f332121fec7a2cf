package dev.semantica.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.Factors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ProceduralPagesTest {

    private final ProceduralPages pages = new ProceduralPages(PagesConfig.of(11));

    @Test
    void aPageIsAFunctionOfSeedAndIndexOnEveryThread() throws Exception {
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            expected.add(digest(pages.page(i)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> others = new ArrayList<>();
            for (int i = 19; i >= 0; i--) {
                int index = i;
                others.add(0, pool.submit(() -> digest(new ProceduralPages(PagesConfig.of(11)).page(index))));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(others.get(i).get()).isEqualTo(expected.get(i));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void seedsAndIndicesMakeOtherPages() {
        Set<Integer> digests = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            digests.add(Pictures.digest(pages.page(i).render(0)));
            digests.add(Pictures.digest(
                    new ProceduralPages(PagesConfig.of(12)).page(i).render(0)));
        }
        assertThat(digests).hasSize(60);
    }

    @Test
    void allKindsComeUpEquallyOften() {
        Map<String, Integer> counts = new HashMap<>();
        int drawn = 200 * Kind.values().length;
        for (int i = 0; i < drawn; i++) {
            counts.merge(pages.page(i).factors().category("kind").orElseThrow(), 1, Integer::sum);
        }
        assertThat(counts).hasSize(Kind.values().length);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(140, 260));
        assertThat(Kind.values().length).isGreaterThanOrEqualTo(24);
    }

    @Test
    void aFactorIsACategoryOrAQuantityOnEveryPage() {
        Map<String, Class<?>> forms = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            ProceduralPage page = pages.page(i);
            String kind = page.factors().category("kind").orElseThrow();
            check(forms, "", page.imageFactors(0));
            page.factors().values().forEach((name, value) -> {
                String owner = name.startsWith("shape.") ? kind : "";
                assertThat(forms.computeIfAbsent(owner + name, any -> value.getClass()))
                        .isEqualTo(value.getClass());
            });
        }
    }

    private static void check(Map<String, Class<?>> forms, String owner, Factors factors) {
        for (Map.Entry<String, FactorValue> factor : factors.values().entrySet()) {
            Class<?> form = factor.getValue().getClass();
            assertThat(forms.computeIfAbsent(owner + factor.getKey(), any -> form))
                    .isEqualTo(form);
        }
    }

    @Test
    void freeFactorsFillTheirRanges() {
        double least = 1;
        double most = 0;
        int mirrored = 0;
        int[] counts = new int[4];
        for (int i = 0; i < 1000; i++) {
            Factors factors = pages.page(i).imageFactors(i % 6);
            double x = factors.quantity("x").orElseThrow();
            least = Math.min(least, x);
            most = Math.max(most, x);
            mirrored += factors.category("mirror").orElseThrow().equals("true") ? 1 : 0;
            counts[(int) factors.quantity("count").orElseThrow()]++;
        }
        assertThat(least).isBetween(0.38, 0.385);
        assertThat(most).isBetween(0.615, 0.62);
        assertThat(mirrored).isBetween(430, 570);
        assertThat(counts[1]).isBetween(540, 660);
        assertThat(counts[3]).isBetween(80, 160);
    }

    @Test
    void theIdNamesKindAndIndex() {
        ProceduralPage page = new ProceduralPages(new PagesConfig(1, 2, 32, List.of(Kind.ICE_CREAM), 0, 0)).page(42);
        assertThat(page.id()).isEqualTo("ice-cream-00042");
        assertThat(page.images()).isEqualTo(2);
        assertThat(page.render(1).getWidth()).isEqualTo(32);
        assertThat(page.annotation().images()).containsOnlyKeys("0.png", "1.png");
        assertThatThrownBy(() -> page.render(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void wrongSettingsAreNamedAllAtOnce() {
        assertThatThrownBy(() -> new PagesConfig(0, 0, 4, List.of(), 0.8, 0.4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images must be")
                .hasMessageContaining("size must be")
                .hasMessageContaining("at least one kind")
                .hasMessageContaining("0.8 and 0.4");
        assertThatThrownBy(() -> Kind.of("unicorn"))
                .hasMessageContaining("unicorn")
                .hasMessageContaining("apple");
    }

    private static int digest(ProceduralPage page) {
        int digest = page.annotation().hashCode();
        for (int image = 0; image < page.images(); image++) {
            digest = 31 * digest + Pictures.digest(page.render(image));
        }
        return digest;
    }
}
