package dev.semantica.evaluation.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FactorProbesTest {

    private static final ProbePlan PLAN = new ProbePlan(4, 512, List.of(0.01, 0.1));
    private static final ProbeData DATA =
            ProbeData.drawn(new PagesConfig(4, 2, 32, List.of(Kind.APPLE, Kind.CAR, Kind.FISH), 0, 0), 150);

    private static final PixelEncoder ENCODER = new PixelEncoder(8);

    @TempDir
    private Path folder;

    private FactorProbes probes;

    @BeforeAll
    void fit() {
        probes = FactorProbes.fit(DATA, PLAN, ENCODER, done -> {});
    }

    @Test
    void learnsWhatPixelsShow() {
        assertThat(probes.readings())
                .containsKeys("kind", "main", "background", "outline", "x", "mirror", "count")
                .doesNotContainKeys("noise", "main-shift")
                .allSatisfy((factor, reading) -> {
                    assertThat(reading.n()).isEqualTo(30);
                    assertThat(reading.trainImages()).isEqualTo(240);
                });
        assertThat(probes.readings().keySet()).noneMatch(factor -> factor.startsWith("shape."));
        // So few pages are enough for one of eight colours, not for shapes.
        assertThat(probes.readings().get("background-colour").skill()).isGreaterThan(Reading.READABLE);
        Reading kind = probes.readings().get("kind");
        assertThat(kind.trainScore()).isGreaterThan(kind.score());
        assertThat(probes.readings().get("count").categories()).containsExactly("1", "2", "3");
        assertThat(probes.readings().get("kind").ofPage()).isTrue();
        assertThat(probes.readings().get("x").ofPage()).isFalse();
    }

    @Test
    void areTheSameAgain() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        probes.save(one);
        FactorProbes.fit(DATA, PLAN, ENCODER, done -> {}).save(two);
        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void foldsFeaturesThatAreTooMany() {
        ProbePlan narrow = new ProbePlan(2, 10, List.of(0.01));
        List<float[]> features = new ProbeFeatures(ENCODER, narrow)
                .of(List.of(DATA.page(0).images().get(0).picture()));
        assertThat(features.get(0)).hasSize(10 + 8);
        double shares = 0;
        for (int i = 10; i < 18; i++) {
            shares += features.get(0)[i] * features.get(0)[i];
        }
        assertThat(shares).isCloseTo(1, within(1e-6));
    }

    @Test
    void areKeptAndReadAgain() throws Exception {
        Path file = folder.resolve("kept.bin");
        probes.save(file);
        FactorProbes read = FactorProbes.load(file, ENCODER);
        List<RgbImage> pictures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pictures.add(DATA.page(i).images().get(0).picture());
        }
        assertThat(read.predict(pictures)).isEqualTo(probes.predict(pictures));
        assertThat(read.readings()).isEqualTo(probes.readings());
        assertThat(read.trainedOn()).isEqualTo(DATA.identity());
    }

    @Test
    void areFittedOncePerDataPlanAndEncoder() throws Exception {
        Path place = folder.resolve("probes");
        ProbeData few = ProbeData.drawn(new PagesConfig(4, 2, 32, List.of(Kind.APPLE, Kind.CAR), 0, 0), 20);
        List<Integer> seen = new ArrayList<>();
        FactorProbes.keptIn(place, few, PLAN, ENCODER, seen::add);
        FactorProbes.keptIn(place, few, PLAN, ENCODER, seen::add);
        assertThat(seen).containsExactly(20);
        FactorProbes.keptIn(place, few, PLAN, new PixelEncoder(4), seen::add);
        FactorProbes.keptIn(place, few, new ProbePlan(2, 512, List.of(0.1)), ENCODER, seen::add);
        assertThat(seen).containsExactly(20, 20, 20);
    }

    @Test
    void belongToTheirEncoder() throws Exception {
        Path file = folder.resolve("own.bin");
        probes.save(file);
        assertThatThrownBy(() -> FactorProbes.load(file, new PixelEncoder(4)))
                .isInstanceOf(ProbeFileException.class)
                .hasMessageContaining("another encoder (pixels)");
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
        assertUnusable(signed(replaced(bytes, "\"columns\":257", "\"columns\":299")), "parameters");
        assertUnusable(signed(replaced(bytes, "\"columns\":257", "\"columns\":-57")), "header");
        byte[] unnumbered = bytes.clone();
        ByteBuffer.wrap(unnumbered).putFloat(bytes.length - 32 - 8, Float.NaN);
        assertUnusable(signed(unnumbered), "finite");
    }

    @Test
    void saysWhenThereAreTooFewPages() {
        ProbeData few = ProbeData.drawn(PagesConfig.of(1), 9);
        assertThatThrownBy(() -> FactorProbes.fit(few, PLAN, ENCODER, done -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 10 annotated pages")
                .hasMessageContaining("there are 9");
    }

    @Test
    void pagesForProbesAreOfTheKindsAskedFor() {
        ProbeData some = ProbeData.ofKinds(List.of(Kind.FISH, Kind.CAR));
        Set<String> kinds = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            kinds.add(some.page(i).factors().category("kind").orElseThrow());
        }

        assertThat(kinds).containsExactly("car", "fish");
        assertThat(some.identity())
                .isEqualTo(ProbeData.ofKinds(List.of(Kind.CAR, Kind.FISH, Kind.CAR))
                        .identity())
                .isNotEqualTo(ProbeData.ofKinds(List.of(Kind.values())).identity());
    }

    @Test
    void refusesPlansThatCannotBe() {
        assertThatThrownBy(() -> new ProbePlan(1, 0, List.of(0.0)))
                .hasMessageContaining("bins")
                .hasMessageContaining("most")
                .hasMessageContaining("penalties");
    }

    private void assertUnusable(byte[] content, String why) throws IOException {
        Path file = Files.write(folder.resolve("bad.bin"), content);
        assertThatThrownBy(() -> FactorProbes.load(file, ENCODER))
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

    private static byte[] signed(byte[] bytes) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(bytes, 0, bytes.length - 32);
        System.arraycopy(digest.digest(), 0, bytes, bytes.length - 32, 32);
        return bytes;
    }
}
