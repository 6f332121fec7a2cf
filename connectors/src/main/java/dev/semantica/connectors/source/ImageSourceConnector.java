package dev.semantica.connectors.source;

import dev.semantica.connectors.PluginVersion;
import dev.semantica.connectors.storage.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Sends the images of a folder tree to image-events, and goes on with those that are added. An image is known by its
 * content: restarts, renames and moves send nothing twice.
 */
public final class ImageSourceConnector extends SourceConnector {

    private static final Pattern IMAGE = Pattern.compile("[0-9a-f]{64}/(0|[1-9][0-9]{0,8})");

    private Map<String, String> settings = Map.of();

    /** Called by Connect. */
    public ImageSourceConnector() {}

    @Override
    public void start(Map<String, String> connectorSettings) {
        ImageSourceConfig.from(connectorSettings);
        settings = Map.copyOf(connectorSettings);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ImageSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (int index = 0; index < maxTasks; index++) {
            Map<String, String> task = new HashMap<>(settings);
            task.put(ImageSourceConfig.TASK_INDEX, Integer.toString(index));
            task.put(ImageSourceConfig.TASK_COUNT, Integer.toString(maxTasks));
            tasks.add(task);
        }
        return tasks;
    }

    /** Also looks at the location, so that a wrong one shows before the connector is made. */
    @Override
    public Config validate(Map<String, String> connectorSettings) {
        Config config = super.validate(connectorSettings);
        for (ConfigValue value : config.configValues()) {
            boolean isLocation = value.name().equals(ImageSourceKeys.LOCATION);
            if (isLocation && value.errorMessages().isEmpty()) {
                try (Storage storage = Storage.open((String) value.value(), connectorSettings)) {
                    storage.check().ifPresent(value::addErrorMessage);
                } catch (IllegalArgumentException | ConfigException e) {
                    value.addErrorMessage(e.getMessage());
                }
            }
        }
        return config;
    }

    /** Records and source offsets go into one transaction where the worker allows it. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorSettings) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    /** Accepts offsets that a task can read; a null offset makes it send the image again. */
    @Override
    public boolean alterOffsets(Map<String, String> connectorSettings, Map<Map<String, ?>, Map<String, ?>> offsets) {
        List<String> problems = new ArrayList<>();
        offsets.forEach((partition, offset) -> {
            boolean image = partition.keySet().equals(Set.of(SentImages.IMAGE))
                    && IMAGE.matcher(String.valueOf(partition.get(SentImages.IMAGE)))
                            .matches();
            if (!image && !partition.keySet().equals(Set.of(SentImages.FILE))) {
                problems.add("partition " + partition + " must be an image (64 hexadecimal digits, / and the number of"
                        + " the copy) or a file (the name of a bad file)");
            }
            boolean named = offset != null && offset.get(SentImages.NAME) instanceof String name && !name.isEmpty();
            if (offset != null && !named) {
                problems.add("offset " + offset + " must have the file's name, or be null to send the image again");
            }
        });
        if (!problems.isEmpty()) {
            throw new ConnectException("These offsets cannot be set: " + String.join("; ", problems));
        }
        return true;
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return ImageSourceKeys.CONFIG;
    }

    @Override
    public String version() {
        return PluginVersion.get();
    }
}
