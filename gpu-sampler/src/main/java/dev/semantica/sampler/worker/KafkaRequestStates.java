package dev.semantica.sampler.worker;

import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows request-status and remembers the cancelled requests, until their tombstones come. */
final class KafkaRequestStates implements RequestStates, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaRequestStates.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final RegistryWait wait;
    private final Deserializer<RequestStatus> statuses;
    private final Consumer<String, byte[]> consumer;
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final Thread follower;

    /**
     * Reads what is there already, then goes on in the background. The consumer is closed with this.
     *
     * @param wait for the registry; what is there already is not waited for
     */
    KafkaRequestStates(Topic<RequestStatus> topic, Consumer<String, byte[]> consumer, RegistryWait wait) {
        this.wait = wait;
        this.statuses = wait.reading(topic.valueSerde().deserializer());
        this.consumer = consumer;
        List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(this::remember);
        }
        wait.begin();
        follower = new Thread(this::follow, "request-states");
        follower.setDaemon(true);
        follower.start();
    }

    @Override
    public boolean isCancelled(String requestId) {
        return cancelled.contains(requestId);
    }

    @Override
    public void close() {
        wait.end();
        consumer.wakeup();
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer) {
            while (!wait.hasEnded()) {
                poll();
            }
        } catch (WakeupException e) {
            LOG.debug("Woken up to close");
        } catch (KafkaException e) {
            if (wait.hasEnded()) {
                LOG.debug("Closed while it waited for the registry", e);
                return;
            }
            LOG.error("Cancelled requests are no longer followed; their variations will be sampled in vain", e);
        }
    }

    private void poll() {
        try {
            consumer.poll(POLL).forEach(this::remember);
        } catch (org.apache.kafka.common.errors.RetriableException e) {
            LOG.warn("Reading request-status failed, trying again: {}", e.getMessage());
            java.util.concurrent.locks.LockSupport.parkNanos(RETRY_PAUSE.toNanos());
        }
    }

    private void remember(ConsumerRecord<String, byte[]> record) {
        try {
            RequestStatus status = statuses.deserialize(record.topic(), record.value());
            if (status != null && status.getState() == RequestState.CANCELLED) {
                cancelled.add(record.key());
            } else {
                cancelled.remove(record.key());
            }
        } catch (RuntimeException e) {
            if (AvroSerdes.isOutage(e)) {
                throw e;
            }
            // Not only SerializationException: bytes shorter than the header make the deserializer underflow.
            LOG.warn("Unreadable status at {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
        }
    }
}
