package dev.semantica.connectors.sink;

import dev.semantica.connectors.PluginVersion;
import dev.semantica.connectors.contract.Contract;
import dev.semantica.connectors.dataset.Example;
import dev.semantica.connectors.storage.Storage;
import dev.semantica.schemas.Variation;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the variations of its topic partitions. An offset is committed when everything before it is visible. */
public final class DatasetSinkTask extends SinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(DatasetSinkTask.class);
    private static final Contract<Variation> CONTRACT = Contract.of(Variation.class);

    private final Clock clock;
    private final Map<TopicPartition, PartitionWriter> writers = new HashMap<>();
    private DatasetSinkConfig config;
    private Storage storage;
    private VariationImages images;

    /** Called by Connect. */
    public DatasetSinkTask() {
        this(Clock.systemUTC());
    }

    DatasetSinkTask(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void start(Map<String, String> settings) {
        config = DatasetSinkConfig.from(settings);
        storage = Storage.open(config.location(), settings);
        images = new VariationImages(config.references(), storage);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> writers.put(
                partition, new PartitionWriter(partition, config, storage, config.spoolDirectory(), clock)));
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        try {
            for (PartitionWriter writer : writers.values()) {
                writer.publishIfDue();
            }
            for (SinkRecord record : records) {
                put(record);
            }
        } catch (IOException e) {
            context.timeout(config.retryBackoff().toMillis());
            throw new RetriableException(
                    "Cannot use " + config.location() + ": " + e + ". Trying again in "
                            + config.retryBackoff().toMillis() + " ms",
                    e);
        }
        // Without this Connect would not call again before the next record or offset flush.
        writers.values().stream()
                .map(PartitionWriter::timeLeft)
                .min(Duration::compareTo)
                .ifPresent(left -> context.timeout(Math.max(1, left.toMillis())));
    }

    private void put(SinkRecord record) throws IOException {
        TopicPartition partition = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
        long offset = record.originalKafkaOffset();
        PartitionWriter writer = writers.get(partition);
        if (writer.knows(offset)) {
            return;
        }
        Variation variation;
        Example example;
        try {
            variation = CONTRACT.fromConnect(record.value());
            example = new Example(
                    partition.topic().replace('.', '_') + "-" + partition.partition() + "-" + offset,
                    images.bytes(variation.getImage()),
                    Example.extensionOf(VariationImages.mediaType(variation.getImage())),
                    variation);
        } catch (DataException e) {
            refuse(record, e);
            writer.skip(offset);
            return;
        }
        writer.add(offset, record.timestamp(), folder(variation), example);
    }

    private String folder(Variation variation) {
        return switch (config.partitioning()) {
            case NONE -> "";
            case LABEL -> FolderNames.of(variation.getLabel());
            case REQUEST -> FolderNames.of(variation.getRequestId());
        };
    }

    /** A bad record goes to the dead letter queue, or stops the task, as errors.tolerance says. */
    private void refuse(SinkRecord record, DataException problem) {
        DataException located = new DataException(
                record.originalTopic() + "-" + record.originalKafkaPartition() + "@" + record.originalKafkaOffset()
                        + ": " + problem.getMessage(),
                problem);
        if (context.errantRecordReporter() == null) {
            throw located;
        }
        LOG.warn("Bad record {}", located.getMessage());
        var unused = context.errantRecordReporter().report(record, located);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> delivered) {
        Map<TopicPartition, OffsetAndMetadata> visible = new HashMap<>();
        delivered.forEach((partition, offset) -> {
            PartitionWriter writer = writers.get(partition);
            if (writer != null) {
                visible.put(partition, new OffsetAndMetadata(writer.committable(offset.offset())));
            }
        });
        return visible;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            PartitionWriter writer = writers.remove(partition);
            if (writer != null) {
                writer.discard();
            }
        }
    }

    @Override
    public void stop() {
        close(Map.copyOf(writers).keySet());
        if (storage != null) {
            storage.close();
        }
    }

    @Override
    public String version() {
        return PluginVersion.get();
    }
}
