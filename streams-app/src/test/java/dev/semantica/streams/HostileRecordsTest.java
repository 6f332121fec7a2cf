package dev.semantica.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Topics;
import dev.semantica.testsupport.Damage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of damaged records: each is processed or becomes a dead letter, the topology goes on, and nothing of them is
 * left behind. {@code -Dsemantica.seed=N} takes other damage.
 */
class HostileRecordsTest {

    private static final int RECORDS = 2_000;
    private static final long SEED = Long.getLong("semantica.seed", 20260101);
    /** The mock registry's memory of unknown ids, and what of the records the stores may keep. */
    private static final long MOST_KEPT = 32 << 20;

    @TempDir
    Path directory;

    @Test
    void eachIsProcessedOrDeadAndTheTopologyGoesOn() {
        try (TopologyFixture topology = new TopologyFixture(directory, Map.of())) {
            Map<String, List<byte[]>> genuine = genuine(topology.topics);
            SplittableRandom random = new SplittableRandom(SEED);
            hostile(topology, genuine, random, RECORDS / 10);
            Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
            long heap = heap();

            int dead = hostile(topology, genuine, random, RECORDS);

            // The test driver shows only those that could be read; the others are counted as dropped.
            assertThat(dead).isPositive();
            assertThat(topology.dropped()).isBetween(RECORDS / 2.0, 1.1 * RECORDS);
            Set<Thread> more = new HashSet<>(Thread.getAllStackTraces().keySet());
            more.removeAll(threads);
            assertThat(more).as("no thread is left behind").isEmpty();
            assertThat(heap() - heap).as("bytes kept").isLessThan(MOST_KEPT);
            topology.send(TopologyFixture.event("alive", "alive.png")
                    .setRequestImages(1)
                    .build());
            topology.answerBatches();
            assertThat(topology.lastStatus("alive").getState()).isEqualTo(RequestState.COMPLETED);
        }
    }

    @Test
    void everyDeserializerEndsInAValueOrAnErrorOfItsType() {
        try (TopologyFixture topology = new TopologyFixture(directory, Map.of())) {
            Map<String, List<byte[]>> genuine = genuine(topology.topics);
            List<Deserializer<? extends SpecificRecord>> deserializers = List.of(
                    topology.topics.imageEvents().valueSerde().deserializer(),
                    topology.topics.requestControls().valueSerde().deserializer(),
                    topology.topics.samplerBatches().valueSerde().deserializer(),
                    topology.topics.samplerResults().valueSerde().deserializer());
            SplittableRandom random = new SplittableRandom(SEED + 1);
            List<byte[]> all = genuine.values().stream().flatMap(List::stream).toList();
            int refused = 0;
            for (int i = 0; i < RECORDS; i++) {
                byte[] record =
                        Damage.of(all.get(random.nextInt(all.size())), all.get(random.nextInt(all.size())), random);
                try {
                    deserializers.get(random.nextInt(deserializers.size())).deserialize("image-events", record);
                } catch (SerializationException expected) {
                    refused++;
                } catch (RuntimeException | Error escaped) {
                    throw new AssertionError("record " + i + " of seed " + SEED, escaped);
                }
            }
            assertThat(refused).isBetween(RECORDS / 2, RECORDS - 1);
        }
    }

    /** Sends damaged records; returns how many became dead letters. */
    private static int hostile(
            TopologyFixture topology, Map<String, List<byte[]>> genuine, SplittableRandom random, int count) {
        List<String> topics = genuine.keySet().stream().sorted().toList();
        List<byte[]> all = genuine.values().stream().flatMap(List::stream).toList();
        int dead = 0;
        for (int i = 0; i < count; i++) {
            String topic = topics.get(random.nextInt(topics.size()));
            List<byte[]> records = genuine.get(topic);
            byte[] record =
                    Damage.of(records.get(random.nextInt(records.size())), all.get(random.nextInt(all.size())), random);
            topology.sendRaw(topic, "k" + i % 7, record);
            dead += topology.deadLetters.readRecordsToList().size();
            topology.forgetOutputs();
        }
        return dead;
    }

    private static Map<String, List<byte[]>> genuine(Topics topics) {
        return Map.of(
                topics.imageEvents().name(),
                List.of(
                        bytes(
                                topics.imageEvents(),
                                TopologyFixture.event("r", "a.png").build()),
                        bytes(
                                topics.imageEvents(),
                                TopologyFixture.event("r", "b.png")
                                        .setRequestImages(3)
                                        .setAttributes(Map.of("k", "v".repeat(50)))
                                        .build())),
                topics.requestControls().name(),
                List.of(
                        bytes(topics.requestControls(), new RequestControl("r", ControlAction.CANCEL, null, "why")),
                        bytes(topics.requestControls(), new RequestControl("r", ControlAction.CLOSE, 3, null))),
                topics.samplerResults().name(),
                List.of(
                        bytes(topics.samplerResults(), TopologyFixture.made("r", "a.png", 0)),
                        bytes(topics.samplerResults(), TopologyFixture.failed("r", "b.png", 1))));
    }

    private static <V> byte[] bytes(Topic<V> topic, V value) {
        return topic.valueSerde().serializer().serialize(topic.name(), value);
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
