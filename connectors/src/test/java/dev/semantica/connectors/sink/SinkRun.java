package dev.semantica.connectors.sink;

import dev.semantica.connectors.TestClock;
import dev.semantica.connectors.contract.Contract;
import dev.semantica.schemas.Variation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Runs a sink task over one partition as Connect does, with committed offsets that outlive it. */
final class SinkRun {

    static final TopicPartition PARTITION = new TopicPartition("out.variations", 0);
    private static final Contract<Variation> CONTRACT = Contract.of(Variation.class);

    final TestClock clock = new TestClock();
    final List<SinkRecord> topic = new ArrayList<>();
    final List<SinkRecord> reported = new ArrayList<>();
    boolean tolerant;
    long committed;
    long timeout;
    private final Map<String, String> settings = new HashMap<>();
    private DatasetSinkTask task;
    private long position;

    SinkRun(String location, String... more) {
        settings.put("dataset.location", location);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
    }

    void set(String key, String value) {
        settings.put(key, value);
    }

    void add(Variation variation) {
        add(CONTRACT.toConnect(variation), topic.size() * 1000L);
    }

    void add(Object value, long timestampMs) {
        topic.add(new SinkRecord(
                PARTITION.topic(),
                PARTITION.partition(),
                Schema.STRING_SCHEMA,
                "k",
                CONTRACT.schema(),
                value,
                topic.size(),
                timestampMs,
                TimestampType.CREATE_TIME));
    }

    /** A worker that died comes back: it goes on from the committed offset. */
    void restart() {
        task = new DatasetSinkTask(clock);
        task.initialize(new Context());
        task.start(settings);
        task.open(Set.of(PARTITION));
        position = committed;
    }

    /** Delivers so many records. */
    void put(int count) {
        List<SinkRecord> records = topic.subList((int) position, (int) position + count);
        task.put(List.copyOf(records));
        position += count;
    }

    void putAll() {
        put((int) (topic.size() - position));
    }

    long position() {
        return position;
    }

    /** What Connect would commit now. */
    long commit() {
        var offsets = task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(position)));
        long offset = offsets.get(PARTITION).offset();
        // Connect commits nothing beyond what it knows to be delivered.
        committed = offset <= position ? offset : committed;
        return committed;
    }

    void stop() {
        task.close(Set.of(PARTITION));
        task.stop();
    }

    private final class Context implements SinkTaskContext {
        @Override
        public Map<String, String> configs() {
            return settings;
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void offset(TopicPartition partition, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void timeout(long timeoutMs) {
            timeout = timeoutMs;
        }

        @Override
        public Set<TopicPartition> assignment() {
            return Set.of(PARTITION);
        }

        @Override
        public void pause(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requestCommit() {}

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ErrantRecordReporter errantRecordReporter() {
            if (!tolerant) {
                return null;
            }
            return (record, error) -> {
                reported.add(record);
                return CompletableFuture.completedFuture(null);
            };
        }
    }
}
