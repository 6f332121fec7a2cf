package dev.semantica.console.cluster;

import dev.semantica.schemas.RequestStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the statuses of one request, whatever partition it is in. */
public final class RequestStatuses implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Connection connection;
    private final String requestId;
    private final Consumer<String, byte[]> consumer;
    private final List<TopicPartition> partitions;

    /** Starts at the beginning of request-status. */
    public RequestStatuses(Connection connection, String requestId) {
        this.connection = connection;
        this.requestId = requestId;
        this.consumer = connection.reader();
        this.partitions = consumer
                .partitionsFor(connection.topics().requestStatus().name())
                .stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The newest status that there is; null if there is none. */
    public RequestStatus latest() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        RequestStatus latest = null;
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            RequestStatus next = next(POLL);
            latest = next == null ? latest : next;
        }
        return latest;
    }

    /** The next status, or null if none comes in time. */
    public RequestStatus next(Duration timeout) {
        RequestStatus found = null;
        for (ConsumerRecord<String, byte[]> record : consumer.poll(timeout)) {
            if (requestId.equals(record.key())) {
                found = connection
                        .topics()
                        .requestStatus()
                        .valueSerde()
                        .deserializer()
                        .deserialize(record.topic(), record.value());
            }
        }
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
