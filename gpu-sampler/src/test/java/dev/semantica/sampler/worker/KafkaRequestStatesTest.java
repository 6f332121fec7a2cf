package dev.semantica.sampler.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.TopicRole;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaRequestStatesTest {

    private static final TopicPartition PARTITION = new TopicPartition("request-status", 0);
    private static final byte[] UNREADABLE = {0};
    private static final byte[] CANCELLED = {1};
    private static final byte[] AFTER_IT = {2};

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final RegistryWait wait = new RegistryWait(Duration.ofMillis(1));
    private final AtomicInteger outages = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch all = new CountDownLatch(1);

    @Test
    void waitsForTheRegistryRatherThanMissACancellation() throws Exception {
        try (KafkaRequestStates states = following()) {
            outages.set(3);
            add(0, "cancelled", CANCELLED);
            add(1, "last", AFTER_IT);

            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(states.isCancelled("cancelled")).isTrue();
        }
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void passesOverWhatNobodyCanRead() throws Exception {
        try (KafkaRequestStates states = following()) {
            add(0, "broken", UNREADABLE);
            add(1, "cancelled", CANCELLED);
            add(2, "last", AFTER_IT);

            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(states.isCancelled("cancelled")).isTrue();
            assertThat(states.isCancelled("broken")).isFalse();
        }
    }

    @Test
    void closesDuringAnOutage() throws Exception {
        try (KafkaRequestStates states = following()) {
            outages.set(Integer.MAX_VALUE);
            add(0, "cancelled", CANCELLED);
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(states.isCancelled("cancelled")).isFalse();
        }
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void doesNotStartDuringAnOutage() {
        outages.set(Integer.MAX_VALUE);
        prepare(1);
        consumer.schedulePollTask(() -> add(0, "cancelled", CANCELLED));

        assertThatThrownBy(() -> new KafkaRequestStates(topic(), consumer, wait))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("schema");
    }

    private KafkaRequestStates following() {
        prepare(0);
        return new KafkaRequestStates(topic(), consumer, wait);
    }

    private void prepare(long end) {
        consumer.updatePartitions(
                PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private void add(long offset, String key, byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset, key, value));
    }

    private Topic<RequestStatus> topic() {
        Deserializer<RequestStatus> deserializer = (name, bytes) -> {
            asked.countDown();
            if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SerializationException("Error retrieving the schema", new ConnectException("refused"));
            }
            if (bytes == UNREADABLE) {
                throw new SerializationException("Unknown magic byte!");
            }
            if (bytes == AFTER_IT) {
                all.countDown();
            }
            RequestStatus status = new RequestStatus();
            status.setState(bytes == CANCELLED ? RequestState.CANCELLED : RequestState.COMPLETED);
            return status;
        };
        return new Topic<>(
                TopicRole.REQUEST_STATUS,
                PARTITION.topic(),
                Serdes.String(),
                Serdes.serdeFrom((name, status) -> new byte[0], deserializer));
    }
}
