package dev.semantica.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.factor.Factors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoiseTest {

    private final ProceduralPages noisy = new ProceduralPages(PagesConfig.of(4).withNoise(0.3, 0.2));
    private final ProceduralPages clean = new ProceduralPages(PagesConfig.of(4));

    @Test
    void sharesAreAsWanted() {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            ProceduralPage page = noisy.page(i);
            int genuine = 0;
            for (int image = 0; image < page.images(); image++) {
                counts.merge(page.imageFactors(image).category("noise").orElseThrow(), 1, Integer::sum);
                genuine += page.isGenuine(image) ? 1 : 0;
            }
            assertThat(genuine).isPositive();
        }
        assertThat(counts.get("foreign") / 6000.0).isBetween(0.28, 0.32);
        assertThat(counts.get("near-duplicate") / 6000.0).isBetween(0.18, 0.22);
    }

    @Test
    void genuineImagesAreThoseOfTheCleanPage() {
        for (int i = 0; i < 20; i++) {
            for (int image = 0; image < 6; image++) {
                if (noisy.page(i).isGenuine(image)) {
                    assertThat(Pictures.digest(noisy.page(i).render(image)))
                            .isEqualTo(Pictures.digest(clean.page(i).render(image)));
                }
            }
        }
    }

    @Test
    void aNearDuplicateIsCloserToItsOriginalThanToAnyOther() {
        Set<String> ways = new HashSet<>();
        List<Double> distances = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ProceduralPage page = noisy.page(i);
            for (int image = 0; image < page.images(); image++) {
                Factors factors = page.imageFactors(image);
                if (factors.category("noise").orElseThrow().equals("near-duplicate")) {
                    int original = Integer.parseInt(
                            factors.category("duplicate-of").orElseThrow().replace(".png", ""));
                    ways.add(factors.category("duplicate-by").orElseThrow());
                    double near = Pictures.difference(page.render(image), page.render(original));
                    assertThat(near).isPositive();
                    distances.add(near);
                    for (int other = 0; other < page.images(); other++) {
                        if (other != original && page.isGenuine(other)) {
                            assertThat(near).isLessThan(Pictures.difference(page.render(image), page.render(other)));
                        }
                    }
                }
            }
        }
        assertThat(ways).containsExactlyInAnyOrder("resized", "re-encoded", "cropped");
        assertThat(Collections.max(distances)).isLessThan(40);
    }

    @Test
    void foreignImagesAreOfAnotherKindOrAdverts() {
        Set<String> sorts = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            ProceduralPage page = noisy.page(i);
            String kind = page.factors().category("kind").orElseThrow();
            for (int image = 0; image < page.images(); image++) {
                page.imageFactors(image).category("foreign").ifPresent(sort -> {
                    assertThat(sort).isNotEqualTo(kind);
                    sorts.add(sort);
                });
            }
        }
        assertThat(sorts).contains("banner", "logo", "sale").hasSizeGreaterThan(Kind.values().length / 2);
    }
}
