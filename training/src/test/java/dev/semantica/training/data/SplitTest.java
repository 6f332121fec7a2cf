package dev.semantica.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitTest {

    private final List<PackedPage> pages = new ArrayList<>();

    SplitTest() {
        for (int i = 0; i < 1000; i++) {
            pages.add(page("s/page-" + i));
        }
    }

    @Test
    void everyPageIsOnOneSideAndAboutTheShareIsJudgedBy() {
        Split split = Split.of(pages, 0.2, Set.of());

        assertThat(split.validation()).hasSizeBetween(150, 250);
        assertThat(split.training()).doesNotContainAnyElementsOf(split.validation());
        assertThat(split.training().size() + split.validation().size()).isEqualTo(1000);
        assertThat(Split.of(pages, 1, Set.of()).training()).isEmpty();
    }

    @Test
    void aPageStaysOnItsSideWhateverOthersThereAre() {
        Split all = Split.of(pages, 0.2, Set.of());

        Split some = Split.of(pages.subList(400, 700), 0.2, Set.of());

        assertThat(all.training()).containsAll(some.training());
        assertThat(all.validation()).containsAll(some.validation());
    }

    /** By the source's own name, on every paper; names that only begin so stay. */
    @Test
    void whatIsHeldOutIsOnNeitherSide() {
        pages.add(page("s/page-7#1"));
        pages.add(page("other/page-8"));
        pages.add(page("s/odd%23name"));
        Set<String> heldOut = Set.of("page-7", "page-8", "odd#name", "s/page-9");

        Split split = Split.of(pages, 0.2, heldOut);

        List<String> left = new ArrayList<>();
        split.training().forEach(page -> left.add(page.id()));
        split.validation().forEach(page -> left.add(page.id()));
        assertThat(left)
                .hasSize(998)
                .doesNotContain("s/page-7", "s/page-7#1", "s/page-8", "other/page-8", "s/odd%23name")
                .contains("s/page-9", "s/page-70", "s/page-77");
    }

    @Test
    void allPapersOfAPageAreOnOneSide() {
        List<PackedPage> papers = new ArrayList<>();
        for (PackedPage page : pages) {
            papers.add(page);
            papers.add(page(page.id() + "#1"));
        }

        Split split = Split.of(papers, 0.3, Set.of());

        Set<String> judging = Set.copyOf(
                split.validation().stream().map(PackedPage::name).distinct().toList());
        assertThat(split.validation()).hasSize(2 * judging.size());
        assertThat(split.training()).noneMatch(page -> judging.contains(page.name()));
    }

    @Test
    void ofFewPagesOneIsJudgedByAllTheSame() {
        List<PackedPage> few = List.of(page("s/a"), page("s/b"), page("s/b#1"));

        Split split = Split.of(few, 0.0001, Set.of());

        assertThat(split.validation()).isNotEmpty();
        assertThat(split.validation().stream().map(PackedPage::name).distinct()).hasSize(1);
        assertThat(split.training()).isNotEmpty();
        assertThat(split.training().size() + split.validation().size()).isEqualTo(3);
    }

    private static PackedPage page(String id) {
        return new PackedPage(id, "", 0, 2, Map.of(), Map.of(), List.of());
    }
}
