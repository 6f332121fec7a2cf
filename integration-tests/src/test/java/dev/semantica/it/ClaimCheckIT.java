package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large images go round Kafka, by processes that meet through it, with a consumer group as the queue. */
@Timeout(300)
class ClaimCheckIT {

    @TempDir
    Path directory;

    @Test
    void imagesGoByReferenceBothWaysAndWhatNobodyReferencesIsCollected() throws Exception {
        Path pictures = Files.createDirectory(directory.resolve("pictures"));
        Files.write(pictures.resolve("house.png"), Pipeline.picture());
        Path sources = Files.createDirectory(directory.resolve("sources"));
        Path variations = Files.createDirectory(directory.resolve("variations"));
        Map<String, String> worker = Map.of(
                "queue.type",
                "consumer",
                "reference.allowed",
                sources.toUri().toString(),
                "variations.store",
                variations.toUri().toString(),
                "variations.inline.max.bytes",
                "0");
        String[] stores = {
            "--set", "sources.store=" + sources.toUri(),
            "--set", "sources.inline.max.bytes=0",
            "--set", "variations.store=" + variations.toUri()
        };
        try (Installation installation = new Installation(Files.createDirectory(directory.resolve("i")), worker)) {
            installation.start("registry");
            installation.start("broker");
            installation.run(0, "topics", "create", "--set", "topics.partitions=2");
            installation.start("streams");
            installation.start("worker");

            Path out = directory.resolve("out");
            installation.run(
                    0,
                    with(
                            stores,
                            "augment",
                            pictures.toString(),
                            "--variations",
                            "2",
                            "--out",
                            out.toString(),
                            "--steps",
                            "2"));

            assertThat(files(out.resolve("images")))
                    .filteredOn(file -> file.endsWith(".png"))
                    .hasSize(2);
            assertThat(files(sources)).hasSize(1);
            assertThat(files(variations))
                    .filteredOn(file -> file.endsWith(".png"))
                    .hasSize(2);
            for (String line : Files.readAllLines(out.resolve("images").resolve("metadata.jsonl"))) {
                assertThat(line).contains("house.png");
            }

            Path orphan = Files.write(variations.resolve("orphan.png"), new byte[7]);
            assertThat(installation.run(0, with(stores, "store", "gc"))).contains("0 orphans", "0 deleted");
            Files.setLastModifiedTime(orphan, FileTime.from(Instant.EPOCH));
            assertThat(installation.run(0, with(stores, "store", "gc", "--dry-run", "--grace", "PT0S")))
                    .contains("would delete", "orphan.png", "1 orphans of 7 bytes", "nothing deleted");
            assertThat(orphan).exists();
            assertThat(installation.run(0, with(stores, "store", "gc", "--grace", "PT0S")))
                    .contains("1 deleted");
            assertThat(orphan).doesNotExist();
            assertThat(files(sources)).hasSize(1);
            assertThat(files(variations))
                    .filteredOn(file -> file.endsWith(".png"))
                    .hasSize(2);
        }
    }

    private static String[] with(String[] settings, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(settings)).toArray(String[]::new);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }
}
