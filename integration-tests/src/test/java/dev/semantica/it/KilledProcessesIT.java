package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Worker, topology and broker are killed with SIGKILL in the middle of a request of 200 images with four variations each.
 * Where and in which order depends on a seed; {@code -Dsemantica.seed=N} replays one.
 */
class KilledProcessesIT {

    private static final int IMAGES = 200;
    private static final int VARIATIONS = 4;
    private static final int TOTAL = IMAGES * VARIATIONS;

    @TempDir
    Path directory;

    private final Map<String, Integer> seen = new HashMap<>();
    private RequestStatus status;

    @Test
    @Timeout(300)
    void everyVariationArrivesOnceWhateverIsKilled() throws Exception {
        long seed = Long.getLong("semantica.seed", System.nanoTime());
        System.err.println("semantica.seed=" + seed);
        Random random = new Random(seed);
        try (Installation installation = new Installation(directory)) {
            try {
                submit(installation);
                killAndFollow(installation, random);
                assertThat(seen).hasSize(TOTAL);
                assertThat(seen.values()).containsOnly(1);
                assertThat(status.getVariationsMade()).isEqualTo(TOTAL);
                assertThat(status.getVariationsFailed()).isZero();
                assertThat(status.getImages()).isEqualTo(IMAGES);
                assertThat(status.getImagesEnded()).isEqualTo(IMAGES);
                assertThat(installation.run(0, "status", "killed")).contains("COMPLETED", "800 of 800 made, 0 failed");
            } catch (AssertionError e) {
                throw new AssertionError("semantica.seed=" + seed + "\n" + installation.logs(), e);
            }
        }
    }

    private void submit(Installation installation) throws Exception {
        Path pictures = pictures();
        installation.start("registry");
        installation.start("broker");
        installation.run(0, "topics", "create", "--set", "topics.partitions=2");
        installation.start("streams");
        installation.start("worker");
        installation.run(
                0, "submit", pictures.toString(), "--request", "killed", "-n", "4", "--steps", "2", "--guidance", "1");
    }

    /** Reads variations and statuses to the end of the request, killing a part at each chosen count. */
    private void killAndFollow(Installation installation, Random random) throws Exception {
        List<String> victims = new ArrayList<>(List.of("worker", "streams", "broker"));
        Collections.shuffle(victims, random);
        List<Integer> counts = new ArrayList<>();
        for (int i = 0; i < victims.size(); i++) {
            counts.add(i * TOTAL / 4 + random.nextInt(TOTAL / 4));
        }
        Topics topics = installation.topics();
        long deadline = System.nanoTime() + Duration.ofMinutes(4).toNanos();
        try (KafkaConsumer<String, byte[]> reader = installation.reader()) {
            assign(reader, topics);
            while (status == null || status.getState() != RequestState.COMPLETED || !atEnd(reader)) {
                assertThat(System.nanoTime())
                        .as("time, with %d variations", seen.size())
                        .isLessThan(deadline);
                reader.poll(Duration.ofMillis(100)).forEach(record -> take(topics, record));
                if (!victims.isEmpty() && seen.size() >= counts.get(0)) {
                    String victim = victims.remove(0);
                    System.err.println("kill " + victim + " after " + seen.size() + " variations");
                    counts.remove(0);
                    installation.kill(victim);
                    installation.start(victim);
                }
            }
            assertThat(victims).isEmpty();
        }
    }

    private void take(Topics topics, ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(topics.variations().name())) {
            Variation variation =
                    topics.variations().valueSerde().deserializer().deserialize(record.topic(), record.value());
            seen.merge(variation.getImageId() + "#" + variation.getIndex(), 1, Integer::sum);
        } else {
            status = topics.requestStatus().valueSerde().deserializer().deserialize(record.topic(), record.value());
        }
    }

    private static void assign(KafkaConsumer<String, byte[]> reader, Topics topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic :
                List.of(topics.variations().name(), topics.requestStatus().name())) {
            reader.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
    }

    private static boolean atEnd(KafkaConsumer<String, byte[]> reader) {
        return reader.endOffsets(reader.assignment()).entrySet().stream()
                .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
    }

    private Path pictures() throws Exception {
        Path pictures = Files.createDirectories(directory.resolve("pictures"));
        Path example = Path.of(System.getProperty("semantica.root"), "models", "pages-lab", "examples", "house.png");
        for (int i = 0; i < IMAGES; i++) {
            Files.copy(example, pictures.resolve("house-%03d.png".formatted(i)));
        }
        return pictures;
    }
}
