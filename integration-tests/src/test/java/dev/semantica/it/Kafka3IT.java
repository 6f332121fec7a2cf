package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker of Kafka 3, which has no share groups: with queue.type=consumer all is the same, without it a word says so. */
class Kafka3IT {

    @TempDir
    Path directory;

    @Test
    @Timeout(180)
    void aConsumerGroupOfWorkersServesKafka3() throws Exception {
        Path example = Path.of(System.getProperty("semantica.root"), "models", "pages-lab", "examples", "house.png");
        Path pictures = Files.createDirectories(directory.resolve("pictures"));
        for (int i = 0; i < 6; i++) {
            Files.copy(example, pictures.resolve("house-" + i + ".png"));
        }
        try (Installation installation = new Installation(directory, Map.of("queue.type", "consumer"))) {
            installation.useKafka3(Path.of(System.getProperty("semantica.kafka3")));
            installation.start("registry");
            installation.start("broker");
            installation.run(0, "topics", "create", "--set", "topics.partitions=2");
            String refused = installation.run(
                    3, "worker", "--set", "bundles=" + example.getParent().getParent());
            assertThat(refused).contains("queue.type=consumer");

            installation.start("streams");
            installation.start("worker");
            installation.run(
                    0, "submit", pictures.toString(), "--request", "old", "-n", "2", "--steps", "2", "--guidance", "1");

            Installation.await(
                    "the request's end",
                    () -> installation.run(0, "status", "old").contains("COMPLETED"));
            assertThat(installation.run(0, "status", "old")).contains("12 of 12 made, 0 failed");
        }
    }
}
