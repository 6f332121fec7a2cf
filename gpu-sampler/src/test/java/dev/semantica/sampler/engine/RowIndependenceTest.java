package dev.semantica.sampler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A variation depends on its own record: not on its company, the number of rows or of threads. */
class RowIndependenceTest {

    private final List<OnnxBundle> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(OnnxBundle::close);
    }

    @ParameterizedTest
    @CsvSource({"1,7", "2,7", "1,16", "2,16", "2,1"})
    void equalsWhatItIsAloneToOneLevelOfBrightness(int threads, int rows) throws Exception {
        RgbImage alone = sample(1, 1, 1).get(3);

        RgbImage together = sample(threads, rows, rows).get(3);

        assertThat(worstDifference(alone, together)).isLessThanOrEqualTo(1);
    }

    @Test
    void isIdenticalForTheSameBatchShape() throws Exception {
        assertThat(sample(2, 7, 7).get(3).rgb())
                .isEqualTo(sample(2, 7, 7).get(3).rgb());
    }

    @Test
    void rowsThatJoinLaterEqualThoseThatStartTogether() throws Exception {
        Map<Integer, RgbImage> together = sample(2, 9, 16);
        Map<Integer, RgbImage> inTurns = sample(2, 9, 4);

        together.forEach((index, picture) ->
                assertThat(worstDifference(picture, inTurns.get(index))).isLessThanOrEqualTo(1));
    }

    @Test
    void aRowThatIsGivenUpEndsAloneAndAtOnce() throws Exception {
        OnnxBundle bundle = open(2);
        Collector results = new Collector();
        int[] asked = {0};
        List<RowRequest<Integer, String>> requests = new ArrayList<>(requests(bundle, 3));
        requests.add(request(bundle, 99, () -> asked[0]++ < 2 ? null : "cancelled"));

        new Sampler(bundle, 8).sample(requests, results);

        assertThat(results.givenUp).containsExactly(Map.entry(99, "cancelled"));
        assertThat(results.pictures).containsOnlyKeys(3, 4, 5);
        assertThat(results.similarities.values())
                .allSatisfy(value -> assertThat(value).isBetween(0.0, 1.0));
    }

    private Map<Integer, RgbImage> sample(int threads, int rows, int maxRows) throws Exception {
        OnnxBundle bundle = open(threads);
        Collector results = new Collector();
        new Sampler(bundle, maxRows).sample(requests(bundle, rows), results);
        assertThat(results.pictures).hasSize(rows);
        return results.pictures;
    }

    private OnnxBundle open(int threads) throws Exception {
        OnnxBundle bundle = PagesLab.load(threads);
        opened.add(bundle);
        return bundle;
    }

    private static List<RowRequest<Integer, String>> requests(OnnxBundle bundle, int rows) throws Exception {
        List<RowRequest<Integer, String>> requests = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            requests.add(request(bundle, 3 + i, () -> null));
        }
        return requests;
    }

    /** Index 3 is always the same; the others differ in scheduler, steps and guidance. */
    private static RowRequest<Integer, String> request(OnnxBundle bundle, int index, Supplier<String> givenUp)
            throws Exception {
        boolean plain = index == 3;
        SchedulerKind kind =
                plain ? SchedulerKind.DDIM : List.of(SchedulerKind.values()).get(index % 4);
        Condition condition = bundle.encode(List.of(PagesLab.example(index % 2 == 1 ? "house.png" : "fish.png")))
                .get(0);
        return new RowRequest<>(
                index,
                condition,
                bundle.bundle().tabulate(kind, plain ? 6 : 3 + index % 5),
                index % 3 == 0 ? 1.5 : 1,
                42,
                index,
                givenUp);
    }

    private static int worstDifference(RgbImage a, RgbImage b) {
        int worst = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            worst = Math.max(worst, Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF)));
        }
        assertThat(Arrays.equals(a.rgb(), new byte[a.rgb().length])).isFalse();
        return worst;
    }

    private static final class Collector implements RowListener<Integer, String> {
        private final Map<Integer, RgbImage> pictures = new HashMap<>();
        private final Map<Integer, Double> similarities = new HashMap<>();
        private final Map<Integer, String> givenUp = new HashMap<>();

        @Override
        public void finished(Integer tag, RgbImage variation, Double similarity) {
            pictures.put(tag, variation);
            similarities.put(tag, similarity);
        }

        @Override
        public void givenUp(Integer tag, String reason) {
            givenUp.put(tag, reason);
        }

        @Override
        public void notFinite(Integer tag, String cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void failed(Integer tag, EngineException cause) {
            throw cause;
        }
    }
}
