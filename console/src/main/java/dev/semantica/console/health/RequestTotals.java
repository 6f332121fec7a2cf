package dev.semantica.console.health;

import dev.semantica.console.cluster.Connection;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.Topic;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows request-status, and counts over all requests that it remembers: work that is pending, what was made, and
 * what failed for which reason. The same numbers from every process that follows it, so a scaler takes their maximum.
 */
final class RequestTotals implements MultiCollector, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RequestTotals.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final Topic<RequestStatus> topic;
    private final RegistryWait wait = new RegistryWait();
    private final Deserializer<RequestStatus> statuses;
    private final Consumer<String, byte[]> consumer;
    private final Thread thread;
    /** The latest counts of every request; guarded by this. */
    private final Map<String, Counts> requests = new HashMap<>();
    /** Stale totals are worse than none. */
    private volatile boolean broken;

    private record Counts(RequestState state, long pending, long made, Map<String, Long> failures) {}

    /** Starts to follow. */
    RequestTotals(Connection connection) {
        topic = connection.topics().requestStatus();
        statuses = wait.reading(topic.valueSerde().deserializer());
        wait.begin();
        consumer = connection.reader();
        thread = new Thread(this::follow, "request-totals");
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try (consumer) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                consumer.poll(POLL).forEach(this::take);
            }
        } catch (WakeupException e) {
            // Closed.
        } catch (KafkaException e) {
            if (wait.hasEnded()) {
                LOG.debug("Closed while it waited for the registry", e);
                return;
            }
            LOG.error("Totals of the requests are no longer kept", e);
            broken = true;
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            forget(record.key());
            return;
        }
        RequestStatus status;
        try {
            status = statuses.deserialize(record.topic(), record.value());
        } catch (RuntimeException e) {
            if (AvroSerdes.isOutage(e)) {
                throw e;
            }
            LOG.warn("Unreadable status at {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
            return;
        }
        count(status);
    }

    private synchronized void forget(String requestId) {
        requests.remove(requestId);
    }

    private synchronized void count(RequestStatus status) {
        boolean ended = status.getState() == RequestState.COMPLETED
                || status.getState() == RequestState.PARTIAL
                || status.getState() == RequestState.FAILED;
        long pending = status.getVariationsWanted() - status.getVariationsMade() - status.getVariationsFailed();
        requests.put(
                status.getRequestId(),
                new Counts(
                        status.getState(),
                        ended ? 0 : Math.max(0, pending),
                        status.getVariationsMade(),
                        Map.copyOf(status.getFailures())));
    }

    @Override
    public synchronized MetricSnapshots collect() {
        if (broken) {
            return new MetricSnapshots();
        }
        long pending = 0;
        long made = 0;
        Map<String, Long> failures = new TreeMap<>();
        Map<RequestState, Long> states = new EnumMap<>(RequestState.class);
        for (Counts counts : requests.values()) {
            pending += counts.pending();
            made += counts.made();
            states.merge(counts.state(), 1L, Long::sum);
            counts.failures().forEach((reason, count) -> failures.merge(reason, count, Long::sum));
        }
        GaugeSnapshot.Builder byState = GaugeSnapshot.builder()
                .name("semantica_requests")
                .help("Requests that request-status remembers, by state");
        states.forEach((state, count) -> byState.dataPoint(point(Labels.of("state", state.name()), count)));
        GaugeSnapshot.Builder byReason = GaugeSnapshot.builder()
                .name("semantica_variations_failed")
                .help("Variations of these requests that could not be made, by reason");
        failures.forEach((reason, count) -> byReason.dataPoint(point(Labels.of("reason", reason), count)));
        return MetricSnapshots.builder()
                .metricSnapshot(GaugeSnapshot.builder()
                        .name("semantica_variations_pending")
                        .help("Variations wanted and neither made nor failed: the work that workers have before them")
                        .dataPoint(point(Labels.EMPTY, pending))
                        .build())
                .metricSnapshot(GaugeSnapshot.builder()
                        .name("semantica_variations_made")
                        .help("Variations of these requests that were published")
                        .dataPoint(point(Labels.EMPTY, made))
                        .build())
                .metricSnapshot(byState.build())
                .metricSnapshot(byReason.build())
                .build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, long value) {
        return GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build();
    }

    @Override
    public void close() {
        wait.end();
        consumer.wakeup();
        try {
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
