package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.PackedPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairReportTest {

    /** Strangers about 0, mates about 0.5, copies about 0.95; 30 % of the pairs are strangers, 20 % are copies. */
    @Test
    void boundsLieBetweenWhatTheyTellApart() {
        Random random = new Random(5);
        List<PairReport.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            String noise = i % 10 < 3 ? "foreign" : i % 10 < 5 ? "near-duplicate" : "none";
            double middle = i % 10 < 3 ? 0 : i % 10 < 5 ? 0.95 : 0.5;
            double width = i % 10 < 3 ? 0.1 : i % 10 < 5 ? 0.01 : 0.1;
            pairs.add(new PairReport.Pair(page(2 * i, "none", noise), 0, 1, middle + width * random.nextGaussian()));
        }
        double[] strangers = random.doubles(4000, 0, 1)
                .map(any -> 0.1 * random.nextGaussian())
                .toArray();
        double[] copies = random.doubles(500, 0, 1)
                .map(any -> 0.95 + 0.01 * random.nextGaussian())
                .toArray();

        PairReport report = PairReport.of(pairs, strangers, copies);

        assertThat(report.lower().orElseThrow()).isCloseTo(0.25, within(0.08));
        assertThat(report.upper().orElseThrow()).isBetween(0.75, 0.94);
        assertThat(report.foreign(report.filter()).orElseThrow().recall()).isGreaterThan(0.97);
        assertThat(report.foreign(report.filter()).orElseThrow().precision()).isGreaterThan(0.97);
        assertThat(report.nearDuplicates(report.filter()).orElseThrow().recall())
                .isGreaterThan(0.97);
        assertThat(report.nearDuplicates(report.filter()).orElseThrow().precision())
                .isGreaterThan(0.97);
        assertThat(report.letThrough(report.filter())).isGreaterThan(0.97);
        assertThat(report.asYaml()).contains("filter: {lower: 0.").contains("upper: 0.");
    }

    /** Half of the pairs hold a foreign image, and copies are spread as widely as mates, only higher. */
    @Test
    void manyForeignImagesDoNotDrawTheUpperBoundBelowTheLower() {
        Random random = new Random(8);
        List<PairReport.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            boolean foreign = i % 2 == 0;
            double cosine = foreign ? 0.05 + 0.18 * random.nextGaussian() : 0.86 + 0.07 * random.nextGaussian();
            pairs.add(new PairReport.Pair(page(2 * i, "none", foreign ? "foreign" : "none"), 0, 1, cosine));
        }
        double[] strangers = random.doubles(4000, 0, 1)
                .map(any -> 0.05 + 0.18 * random.nextGaussian())
                .toArray();
        double[] copies = random.doubles(500, 0, 1)
                .map(any -> 0.93 + 0.1 * random.nextGaussian())
                .toArray();

        PairReport report = PairReport.of(pairs, strangers, copies);

        assertThat(report.lower().orElseThrow()).isBetween(0.45, 0.75);
        assertThat(report.upper().orElseThrow()).isBetween(0.86, 0.98);
        assertThat(report.letThrough(report.filter())).isGreaterThan(0.6);
    }

    @Test
    void whatAnEncoderCannotTellApartGetsNoBound() {
        Random random = new Random(6);
        double[] one = random.doubles(2000, 0, 1).toArray();
        double[] other = random.doubles(2000, 0, 1).toArray();
        List<PairReport.Pair> pairs = new ArrayList<>();
        random.doubles(2000, 0, 1).forEach(cosine -> pairs.add(new PairReport.Pair(page(0, "", ""), 0, 1, cosine)));

        PairReport report = PairReport.of(pairs, one, other);

        assertThat(report.lower()).isEmpty();
        assertThat(report.upper()).isEmpty();
        assertThat(report.filter().admitsAll()).isTrue();
        assertThat(report.isAnnotated()).isFalse();
        assertThat(report.foreign(report.filter())).isEmpty();
        assertThat(report.nearDuplicates(report.filter())).isEmpty();
    }

    /** Two images that are the same, and one that has nothing to do with them. */
    @Test
    void theFilterLeavesOutTheSameImageTwice(@TempDir Path folder) throws Exception {
        float[][] vectors = {{1, 0}, {1, 0}, {0.6f, 0.8f}};
        FrozenTensors pooled = FrozenTensors.of(
                folder.resolve("pooled"),
                3,
                2,
                images -> {
                    float[] rows = new float[2 * images.length];
                    for (int i = 0; i < images.length; i++) {
                        System.arraycopy(vectors[images[i]], 0, rows, 2 * i, 2);
                    }
                    return rows;
                },
                done -> {});
        List<PackedPage> pages = List.of(page(0, "", "", ""));

        assertThat(new PairFilter(pooled, new RunConfig.Filter(-1, 0.999)).admitted(pages))
                .singleElement()
                .isEqualTo(new int[] {0, 2, 1, 2, 2, 0, 2, 1});
        assertThat(new PairFilter(pooled, new RunConfig.Filter(0.7, 1)).admitted(pages))
                .singleElement()
                .isEqualTo(new int[] {0, 1, 1, 0});
        assertThat(new PairFilter(pooled, new RunConfig.Filter(-1, 1)).admitted(pages))
                .isNull();
    }

    private static PackedPage page(int first, String... noise) {
        return new PackedPage("p" + first, "", first, noise.length, Map.of(), Map.of(), List.of(noise));
    }
}
