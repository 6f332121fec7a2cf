package dev.semantica.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.training.data.PairBatches.Objective;
import dev.semantica.training.data.PairBatches.Pairs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PairBatchesTest {

    private final List<PackedPage> pages = List.of(page("a", "x", 0, 3), page("b", "x", 3, 1), page("c", "", 4, 2));

    @Test
    void everyPairOfAPageComesAsOftenAsTheOthers() {
        PairBatches batches = new PairBatches(List.of(page("a", "", 10, 4)), null, Objective.PAIRS, 1200, 1);
        Map<String, Integer> counts = new TreeMap<>();
        Pairs pairs = batches.at(0);
        for (int i = 0; i < 1200; i++) {
            counts.merge(pairs.sources()[i] + "-" + pairs.targets()[i], 1, Integer::sum);
        }
        assertThat(counts).hasSize(12);
        assertThat(counts.values()).allMatch(count -> count > 60 && count < 140);
        assertThat(counts.keySet()).noneMatch(pair -> pair.substring(0, 2).equals(pair.substring(3)));
    }

    @Test
    void pagesWithOneImageHaveNoPair() {
        PairBatches batches = new PairBatches(pages, null, Objective.PAIRS, 20, 1);
        assertThat(batches.pages()).extracting(PackedPage::id).containsExactly("a", "c");
        assertThatThrownBy(() -> new PairBatches(pages.subList(1, 2), null, Objective.PAIRS, 20, 1))
                .hasMessageContaining("Not one of 1 pages has a pair");
    }

    @Test
    void onlyAdmittedPairsCome() {
        List<int[]> admitted = List.of(new int[] {0, 2, 2, 0}, new int[0], new int[0]);
        Pairs pairs = new PairBatches(pages, admitted, Objective.PAIRS, 50, 1).at(3);
        for (int i = 0; i < 50; i++) {
            assertThat(pairs.sources()[i] + pairs.targets()[i]).isEqualTo(2);
            assertThat(pairs.sources()[i]).isNotEqualTo(1);
        }
    }

    /** Places of the list are those of the pages, those without a pair among them; every admitted pair comes, in its order. */
    @Test
    void admittedPairsAreThoseOfTheirOwnPage() {
        List<int[]> admitted = List.of(new int[0], new int[0], new int[] {1, 0});
        PairBatches batches = new PairBatches(pages, admitted, Objective.PAIRS, 30, 1);

        Pairs pairs = batches.at(0);

        assertThat(batches.pages()).extracting(PackedPage::id).containsExactly("c");
        assertThat(pairs.sources()).containsOnly(5);
        assertThat(pairs.targets()).containsOnly(4);
        List<int[]> some = List.of(new int[] {0, 1, 2, 0}, new int[0], new int[] {0, 1});
        Pairs several = new PairBatches(pages, some, Objective.PAIRS, 60, 1).at(0);
        TreeSet<String> found = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            found.add(several.sources()[i] + "-" + several.targets()[i]);
        }
        assertThat(found).containsExactly("0-1", "2-0", "4-5");
        assertThatThrownBy(() ->
                        new PairBatches(pages, List.of(new int[0], new int[0], new int[0]), Objective.PAIRS, 20, 1))
                .hasMessageContaining("Not one of 3 pages has a pair");
    }

    @Test
    void pairsOfALabelAreTwoImagesOfAnyOfItsPages() {
        PairBatches batches = new PairBatches(pages, null, Objective.LABEL_GROUPED, 400, 1);
        assertThat(batches.pages()).extracting(PackedPage::id).containsExactly("a", "b");
        Pairs pairs = batches.at(0);
        TreeSet<Integer> targets = new TreeSet<>();
        for (int i = 0; i < 400; i++) {
            assertThat(pairs.targets()[i]).isNotEqualTo(pairs.sources()[i]).isBetween(0, 3);
            targets.add(pairs.targets()[i]);
        }
        assertThat(targets).containsExactly(0, 1, 2, 3);
    }

    @Test
    void reconstructionGivesTheSameImageTwice() {
        Pairs pairs = new PairBatches(pages, null, Objective.RECONSTRUCT, 50, 1).at(2);
        assertThat(pairs.targets()).isEqualTo(pairs.sources());
    }

    @Test
    void aStepIsTheSameWhateverCameBefore() {
        PairBatches one = new PairBatches(pages, null, Objective.PAIRS, 3, 7);
        PairBatches other = new PairBatches(pages, null, Objective.PAIRS, 3, 7);
        for (int step = 0; step < 9; step++) {
            one.at(step);
        }
        assertThat(one.at(9).sources()).isEqualTo(other.at(9).sources());
        assertThat(one.at(9).targets()).isEqualTo(other.at(9).targets());
    }

    @Test
    void everyPageComesOnceInAnEpoch() {
        List<PackedPage> many = new java.util.ArrayList<>();
        for (int i = 0; i < 30; i++) {
            many.add(page("p" + i, "", 2 * i, 2));
        }
        PairBatches batches = new PairBatches(many, null, Objective.PAIRS, 10, 3);
        int[] first = new int[30];
        int[] second = new int[30];
        for (int step = 0; step < 3; step++) {
            System.arraycopy(batches.at(step).pages(), 0, first, 10 * step, 10);
            System.arraycopy(batches.at(3 + step).pages(), 0, second, 10 * step, 10);
        }
        assertThat(Arrays.stream(first).distinct().count()).isEqualTo(30);
        assertThat(Arrays.stream(second).distinct().count()).isEqualTo(30);
        assertThat(second).isNotEqualTo(first);
    }

    private static PackedPage page(String id, String label, int first, int images) {
        return new PackedPage(id, label, first, images, Map.of(), Map.of(), List.of());
    }
}
