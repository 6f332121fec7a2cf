package dev.semantica.streams;

import static dev.semantica.streams.TopologyFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Topics;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that is away when the first batch is written: the thread ends, instead of going on without the batch. */
class RegistryOutageTest {

    private static final Duration LINGER = Duration.ofMillis(150);

    @TempDir
    Path directory;

    @Test
    void endsTheThreadWhenATimerSendsABatch() {
        try (TopologyFixture topology = withoutRegistryForBatches()) {
            topology.send(event("pets", "cat.png").build());

            assertThatThrownBy(() -> topology.advance(LINGER))
                    .isInstanceOf(StreamsException.class)
                    .hasRootCauseInstanceOf(ConnectException.class);
        }
    }

    @Test
    void endsTheThreadWhenARecordCompletesABatch() {
        try (TopologyFixture topology = withoutRegistryForBatches()) {
            ImageEvent last = event("pets", "cat.png").setRequestImages(1).build();

            assertThatThrownBy(() -> topology.send(last))
                    .isInstanceOf(StreamsException.class)
                    .hasRootCauseInstanceOf(ConnectException.class);
        }
    }

    @Test
    void otherRecordsAreProcessed() {
        try (TopologyFixture topology = withoutRegistryForBatches()) {
            topology.send(
                    event("pets", "cat.png").setDeadline(TopologyFixture.START).build());

            assertThat(topology.failures.readValuesToList()).hasSize(1);
        }
    }

    private TopologyFixture withoutRegistryForBatches() {
        return new TopologyFixture(
                directory, Map.of("batch.linger.ms", Long.toString(LINGER.toMillis())), RegistryOutageTest::change);
    }

    private static Topics change(Topics topics) {
        Topic<SamplerBatch> batches = topics.samplerBatches();
        Topic<SamplerBatch> cutOff = new Topic<>(
                batches.role(),
                batches.name(),
                batches.keySerde(),
                Serdes.serdeFrom(
                        (topic, value) -> {
                            throw new SerializationException(
                                    "Error serializing Avro message", new ConnectException("refused"));
                        },
                        batches.valueSerde().deserializer()));
        return new Topics(
                topics.names(),
                topics.imageEvents(),
                topics.requestControls(),
                cutOff,
                topics.samplerResults(),
                topics.variations(),
                topics.variationFailures(),
                topics.requestStatus());
    }
}
