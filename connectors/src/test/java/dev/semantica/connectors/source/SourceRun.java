package dev.semantica.connectors.source;

import dev.semantica.connectors.TestClock;
import dev.semantica.connectors.contract.Contract;
import dev.semantica.schemas.ImageEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Runs source tasks as Connect does, with offsets that outlive them and a clock that stands still. */
final class SourceRun implements AutoCloseable {

    private static final Contract<ImageEvent> CONTRACT = Contract.of(ImageEvent.class);

    final TestClock clock = new TestClock();
    final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
    private final Map<String, String> settings = new HashMap<>();
    private final List<Duration> pauses = new ArrayList<>();
    private List<ImageSourceTask> tasks = List.of();

    SourceRun(String location, String... more) {
        settings.put("name", "test-source");
        settings.put("images.location", location);
        settings.put("images.settle.ms", "2000");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
    }

    void set(String key, String value) {
        settings.put(key, value);
    }

    /** Starts so many tasks, in place of those that run. */
    void start(int count) {
        close();
        ImageSourceConnector connector = new ImageSourceConnector();
        connector.start(settings);
        tasks = connector.taskConfigs(count).stream().map(this::task).toList();
    }

    private ImageSourceTask task(Map<String, String> config) {
        ImageSourceTask task = new ImageSourceTask(clock, pauses::add);
        task.initialize(new SourceTaskContext() {
            @Override
            public Map<String, String> configs() {
                return config;
            }

            @Override
            public PluginMetrics pluginMetrics() {
                throw new UnsupportedOperationException();
            }

            @Override
            public OffsetStorageReader offsetStorageReader() {
                return reader();
            }
        });
        task.start(config);
        return task;
    }

    private OffsetStorageReader reader() {
        return new OffsetStorageReader() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> Map<String, Object> offset(Map<String, T> partition) {
                return (Map<String, Object>) offsets.get(partition);
            }

            @Override
            public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                return partitions.stream().collect(Collectors.toMap(partition -> partition, this::offset));
            }
        };
    }

    /** Polls all tasks until none has anything now. What they send is committed. */
    List<SourceRecord> records() throws InterruptedException {
        List<SourceRecord> records = uncommitted();
        records.forEach(record -> offsets.put(Map.copyOf(record.sourcePartition()), record.sourceOffset()));
        return records;
    }

    /** As {@link #records}, for a worker that dies before it commits. */
    List<SourceRecord> uncommitted() throws InterruptedException {
        List<SourceRecord> all = new ArrayList<>();
        for (ImageSourceTask task : tasks) {
            int before = pauses.size();
            while (pauses.size() == before) {
                List<SourceRecord> some = task.poll();
                all.addAll(some == null ? List.of() : some);
            }
        }
        return all;
    }

    /** Looks twice with the settling time in between. */
    List<ImageEvent> settled() throws InterruptedException {
        clock.advance(Duration.ofSeconds(5));
        List<SourceRecord> records = new ArrayList<>(records());
        clock.advance(Duration.ofSeconds(10));
        records.addAll(records());
        return events(records);
    }

    static List<ImageEvent> events(List<SourceRecord> records) {
        return records.stream()
                .map(record -> CONTRACT.fromConnect(record.value()))
                .toList();
    }

    Duration lastPause() {
        return pauses.get(pauses.size() - 1);
    }

    @Override
    public void close() {
        tasks.forEach(ImageSourceTask::stop);
        tasks = List.of();
    }
}
