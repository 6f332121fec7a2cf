package dev.semantica.console.deadletters;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** The topic of the dead letters as it is now. */
final class DeadLetters implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final List<TopicPartition> partitions;

    /**
     * Connects.
     *
     * @param settings of the consumer beside the connection's
     * @throws ConfigurationException if no broker answers or there is no such topic
     */
    DeadLetters(Connection connection, Map<String, ?> settings) {
        consumer = connection.rawReader(settings);
        topic = connection.topics().deadLetters();
        try {
            List<PartitionInfo> found = consumer.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new ConfigurationException("There is no topic '" + topic + "' at "
                        + connection.config().bootstrapServers() + "; create it with 'semantica topics create'");
            }
            partitions = found.stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
        } catch (TimeoutException e) {
            consumer.close();
            throw new ConfigurationException("No broker answered at "
                    + connection.config().bootstrapServers() + "; check --bootstrap-servers, and that the brokers run");
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        consumer.assign(partitions);
    }

    /** Gives every dead letter that is there now, from the first on. */
    void forEach(Consumer<DeadLetter> action) {
        forEachFrom(consumer.beginningOffsets(partitions), action);
    }

    /** Gives every dead letter that is there now, in each partition from the given offset on. */
    void forEachFrom(Map<TopicPartition, Long> starts, Consumer<DeadLetter> action) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, Math.max(starts.getOrDefault(partition, 0L), beginnings.get(partition)));
        }
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                if (found.offset() < ends.get(new TopicPartition(topic, found.partition()))) {
                    action.accept(new DeadLetter(found));
                }
            }
        }
    }

    /**
     * The dead letter at a position.
     *
     * @throws ConfigurationException if there is none
     */
    DeadLetter at(DeadLetter.Position position) {
        TopicPartition partition = new TopicPartition(topic, position.partition());
        if (partitions.contains(partition)
                && position.offset()
                        >= consumer.beginningOffsets(List.of(partition)).get(partition)) {
            consumer.seek(partition, position.offset());
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL).records(partition)) {
                    if (found.offset() == position.offset()) {
                        return new DeadLetter(found);
                    }
                    if (found.offset() > position.offset()) {
                        end = 0;
                    }
                }
            }
        }
        throw new ConfigurationException("There is no dead letter " + position + " on '" + topic
                + "': see 'semantica dlq list'; it may have outlived the topic's retention");
    }

    /** For offsets and transactions. */
    org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer() {
        return consumer;
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
