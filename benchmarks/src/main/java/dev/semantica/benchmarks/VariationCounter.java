package dev.semantica.benchmarks;

import dev.semantica.console.cluster.Connection;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Counts committed variations as they come out. */
final class VariationCounter implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Consumer<String, byte[]> reader;
    private long seen;

    VariationCounter(Connection connection) {
        reader = connection.reader();
        List<TopicPartition> partitions =
                List.of(new TopicPartition(connection.topics().variations().name(), 0));
        reader.assign(partitions);
        reader.seekToEnd(partitions);
        reader.position(partitions.get(0));
    }

    /** Waits until so many variations in all have come; returns the nano time of the last one. */
    long await(long count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (seen < count) {
            for (ConsumerRecord<String, byte[]> unused : reader.poll(Duration.ofMillis(100))) {
                seen++;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Only " + seen + " of " + count + " variations came");
            }
        }
        return System.nanoTime();
    }

    @Override
    public void close() {
        reader.close();
    }
}
