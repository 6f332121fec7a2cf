package dev.semantica.evaluation.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FactorProbesTest {

    private static final ProbePlan PLAN = new ProbePlan(32, List.of(16, 16, 32), 32, 200, 32, 4e-3, 1);
    private static final ProbeData DATA =
            ProbeData.drawn(new PagesConfig(4, 2, 32, List.of(Kind.APPLE, Kind.CAR, Kind.FISH), 0, 0), 150);

    @TempDir
    private Path folder;

    private FactorProbes probes;

    @BeforeAll
    void train() throws Exception {
        probes = FactorProbes.train(DATA, PLAN, 2, done -> {});
    }

    @Test
    void learnsWhatPixelsShow() {
        assertThat(probes.readings())
                .containsKeys("kind", "main", "background", "outline", "x", "mirror", "count")
                .doesNotContainKeys("noise", "main-shift")
                .allSatisfy((factor, reading) -> assertThat(reading.n()).isEqualTo(30));
        assertThat(probes.readings().keySet()).noneMatch(factor -> factor.startsWith("shape."));
        // So few pages and steps are enough for one of eight colours, not for shapes.
        assertThat(probes.readings().get("background-colour").skill()).isGreaterThan(Reading.READABLE);
        assertThat(probes.readings().get("count").categories()).containsExactly("1", "2", "3");
        assertThat(probes.readings().get("kind").ofPage()).isTrue();
        assertThat(probes.readings().get("x").ofPage()).isFalse();
    }

    @Test
    void areTheSameWhateverTheThreads() throws Exception {
        ProbePlan few = PLAN.withSteps(3);
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        FactorProbes.train(DATA, few, 1, done -> {}).save(one);
        FactorProbes.train(DATA, few, 3, done -> {}).save(two);
        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void areKeptAndReadAgain() throws Exception {
        Path file = folder.resolve("kept.bin");
        probes.save(file);
        FactorProbes read = FactorProbes.load(file);
        List<RgbImage> pictures = new ArrayList<>();
        DATA.pages()
                .subList(0, 20)
                .forEach(page -> pictures.add(page.images().get(0).picture()));
        assertThat(read.predict(pictures)).isEqualTo(probes.predict(pictures));
        assertThat(read.readings()).isEqualTo(probes.readings());
        assertThat(read.trainedOn()).isEqualTo(DATA.identity());
    }

    @Test
    void areTrainedOncePerDataAndPlan() throws Exception {
        Path place = folder.resolve("probes");
        List<Integer> steps = new ArrayList<>();
        FactorProbes.keptIn(place, DATA, PLAN.withSteps(2), 2, steps::add);
        FactorProbes.keptIn(place, DATA, PLAN.withSteps(2), 2, steps::add);
        assertThat(steps).containsExactly(1, 2);
        FactorProbes.keptIn(place, DATA, PLAN.withSteps(1), 2, steps::add);
        assertThat(steps).containsExactly(1, 2, 1);
    }

    @Test
    void refusesDamagedAndForeignFiles() throws Exception {
        Path whole = folder.resolve("whole.bin");
        probes.save(whole);
        byte[] bytes = Files.readAllBytes(whole);
        assertUnusable(new byte[0], "no file of factor probes");
        assertUnusable(
                "PK and more of some other file that is long enough to look".getBytes(StandardCharsets.UTF_8), "no");
        assertUnusable(Arrays.copyOf(bytes, bytes.length - 4), "digest");
        byte[] flipped = bytes.clone();
        flipped[bytes.length / 2] ^= 1;
        assertUnusable(flipped, "digest");
        assertUnusable(
                signed(ByteBuffer.wrap(bytes.clone())
                        .putInt(8, Integer.MAX_VALUE)
                        .array()),
                "length");
        assertUnusable(signed(replaced(bytes, "\"hidden\":32", "\"hidden\":99")), "parameters");
        assertUnusable(signed(replaced(bytes, "\"hidden\":32", "\"hidden\":-9")), "header");
        byte[] unnumbered = bytes.clone();
        ByteBuffer.wrap(unnumbered).putFloat(bytes.length - 32 - 8, Float.NaN);
        assertUnusable(signed(unnumbered), "finite");
    }

    @Test
    void saysWhenThereAreTooFewPages() {
        ProbeData few = ProbeData.drawn(PagesConfig.of(1), 9);
        assertThatThrownBy(() -> FactorProbes.train(few, PLAN, 1, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 10 annotated pages")
                .hasMessageContaining("there are 9");
    }

    @Test
    void refusesPlansThatCannotBe() {
        assertThatThrownBy(() -> new ProbePlan(20, List.of(8, 8, 8), 0, 0, 1, 2, 1))
                .hasMessageContaining("divisible by 8")
                .hasMessageContaining("hidden")
                .hasMessageContaining("steps")
                .hasMessageContaining("rate");
    }

    private void assertUnusable(byte[] content, String why) throws IOException {
        Path file = Files.write(folder.resolve("bad.bin"), content);
        assertThatThrownBy(() -> FactorProbes.load(file))
                .isInstanceOf(ProbeFileException.class)
                .hasMessageContaining("bad.bin")
                .hasMessageContaining(why)
                .hasMessageContaining("delete it");
    }

    private static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] signed(byte[] bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, 0, bytes.length - 32);
        System.arraycopy(digest.digest(), 0, bytes, bytes.length - 32, 32);
        return bytes;
    }
}
