package dev.semantica.console.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.Variation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {

    private static final RunSettings SETTINGS = ofSeed(0);
    private static final List<SourceImage> SOURCES = List.of(
            new SourceImage(Path.of("cat/tom.png"), "cat/tom.png", "cat"),
            new SourceImage(Path.of("cat/tom.jpg"), "cat/tom.jpg", "cat"),
            new SourceImage(Path.of("kit.png"), "kit.png", null));

    @TempDir
    Path directory;

    @Test
    void writesImageFolderWithSortedMetadata() throws Exception {
        try (OutputFolder output = open(SETTINGS)) {
            assertThat(write(output, variation("kit.png", 1))).isTrue();
            assertThat(write(output, variation("kit.png", 0))).isTrue();
            assertThat(write(output, variation("cat/tom.png", 0))).isTrue();
            assertThat(write(output, variation("kit.png", 0))).isFalse();
            output.finish();
        }

        assertThat(directory.resolve("out/images/kit_000.png")).hasBinaryContent(new byte[] {7});
        // Two sources differ in their ending alone: it stays in the name.
        assertThat(directory.resolve("out/images/cat/tom.png_000.png")).exists();
        assertThat(Files.readAllLines(directory.resolve("out/images/metadata.jsonl")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"file_name\":\"cat/tom.png_000.png\"", "\"label\":\"cat\""),
                        line -> assertThat(line).contains("\"file_name\":\"kit_000.png\""),
                        line -> assertThat(line).contains("\"file_name\":\"kit_001.png\""));
    }

    /** A dataset is often read by others than who made it. */
    @Test
    void filesAreReadableByWhoeverAPlainFileIs() throws Exception {
        try (OutputFolder output = open(SETTINGS)) {
            write(output, variation("kit.png", 0));
            output.finish();
        }
        Path plain = Files.createFile(directory.resolve("plain"));

        for (String file : List.of("kit_000.png", "metadata.jsonl")) {
            assertThat(Files.getPosixFilePermissions(
                            directory.resolve("out/images").resolve(file)))
                    .as(file)
                    .isEqualTo(Files.getPosixFilePermissions(plain));
        }
    }

    @Test
    void aLaterRunKnowsWhatIsDoneAlsoAfterAKill() throws Exception {
        try (OutputFolder output = open(SETTINGS)) {
            write(output, variation("kit.png", 0));
            write(output, variation("kit.png", 1));
        }
        Path metadata = directory.resolve("out/images/metadata.jsonl");
        Files.writeString(metadata, "{\"file_name\":\"kit_00", StandardOpenOption.APPEND);
        Files.delete(directory.resolve("out/images/kit_001.png"));
        Files.writeString(directory.resolve("out/.semantica/unfinished/variation1"), "half");

        try (OutputFolder output = open(SETTINGS)) {
            assertThat(output.done("kit.png")).containsOnlyKeys(0);
        }
        assertThat(directory.resolve("out/.semantica/unfinished")).isEmptyDirectory();
        try (Stream<String> lines = Files.lines(metadata)) {
            assertThat(lines).hasSize(1);
        }
    }

    @Test
    void refusesOtherSettingsStrangeFoldersAndASecondWriter() throws Exception {
        try (OutputFolder output = open(SETTINGS)) {
            assertThat(output.root()).isDirectory();
            assertThatThrownBy(() -> open(SETTINGS)).hasMessageContaining("Another semantica process");
        }
        assertThatThrownBy(() -> open(ofSeed(1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"seed\":0")
                .hasMessageContaining("\"seed\":1");
        Files.createDirectories(directory.resolve("other"));
        Files.writeString(directory.resolve("other/thesis.doc"), "precious");
        assertThatThrownBy(() -> OutputFolder.open(directory.resolve("other"), SETTINGS, SOURCES))
                .hasMessageContaining("holds files of something else");
    }

    @Test
    void writesNothingForAnImageThatIsNotOfTheRun() throws Exception {
        try (OutputFolder output = open(SETTINGS)) {
            assertThatThrownBy(() -> write(output, variation("../../etc/passwd", 0)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private OutputFolder open(RunSettings settings) throws Exception {
        return OutputFolder.open(directory.resolve("out"), settings, SOURCES);
    }

    static Variation variation(String imageId, int index) {
        Provenance provenance = Provenance.newBuilder()
                .setSeed(1)
                .setIndex(index)
                .setBundle("b")
                .setBundleDigest("d")
                .setScheduler("ddim")
                .setSteps(2)
                .setGuidanceScale(1)
                .setSourceDigest("s")
                .setEngine("test")
                .build();
        return new Variation(
                "r",
                imageId,
                index,
                new InlineImage(ByteBuffer.wrap(new byte[] {7}), "image/png"),
                64,
                64,
                imageId.contains("/") ? "cat" : null,
                Map.of(),
                0.5,
                provenance,
                Instant.EPOCH,
                null);
    }

    static boolean write(OutputFolder output, Variation variation) throws IOException {
        return output.write(variation, (InlineImage) variation.getImage());
    }

    /** A run with the bundle's defaults. */
    static RunSettings ofSeed(long seed) {
        return new RunSettings(seed, null, null, null, null, null, null, null, null, null);
    }
}
