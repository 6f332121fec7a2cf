package dev.semantica.connectors.sink;

import dev.semantica.connectors.PluginVersion;
import dev.semantica.connectors.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Writes variations as a dataset: ImageFolder, WebDataset or Parquet. Files are named by topic, partition and offset, so
 * that a replay replaces them: each variation is in the dataset once.
 */
public final class DatasetSinkConnector extends SinkConnector {

    private Map<String, String> settings = Map.of();

    /** Called by Connect. */
    public DatasetSinkConnector() {}

    @Override
    public void start(Map<String, String> connectorSettings) {
        DatasetSinkConfig.from(connectorSettings);
        settings = Map.copyOf(connectorSettings);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return DatasetSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks).mapToObj(index -> settings).toList();
    }

    /** Also looks at the location's form, so that a wrong one shows before the connector is made. */
    @Override
    public Config validate(Map<String, String> connectorSettings) {
        Config config = super.validate(connectorSettings);
        for (ConfigValue value : config.configValues()) {
            if (value.name().equals(DatasetSinkConfig.LOCATION)
                    && value.errorMessages().isEmpty()) {
                try {
                    Storage.open((String) value.value(), connectorSettings).close();
                } catch (IllegalArgumentException | ConfigException e) {
                    value.addErrorMessage(e.getMessage());
                }
            }
        }
        return config;
    }

    /** Refuses an offset in the middle of a chunk: its records would be in the dataset twice. */
    @Override
    public boolean alterOffsets(Map<String, String> connectorSettings, Map<TopicPartition, Long> offsets) {
        DatasetSinkConfig config = DatasetSinkConfig.from(connectorSettings);
        List<String> problems = new ArrayList<>();
        try (Storage storage = Storage.open(config.location(), connectorSettings)) {
            for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
                if (offset.getValue() != null) {
                    Optional<ChunkRecord> chunk = ChunkRecord.around(storage, offset.getKey(), offset.getValue());
                    chunk.ifPresent(record -> problems.add(offset.getKey() + ": " + offset.getValue()
                            + " lies in the chunk from " + record.from() + " to " + record.to()
                            + "; set one of these borders, " + record.from() + " or " + (record.to() + 1)));
                }
            }
        } catch (IOException e) {
            throw new ConnectException("Cannot read the chunks at " + config.location() + ": " + e.getMessage(), e);
        }
        if (!problems.isEmpty()) {
            throw new ConnectException("These offsets cannot be set: " + String.join("; ", problems));
        }
        return true;
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return DatasetSinkConfig.CONFIG;
    }

    @Override
    public String version() {
        return PluginVersion.get();
    }
}
