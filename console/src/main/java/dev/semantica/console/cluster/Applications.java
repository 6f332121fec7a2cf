package dev.semantica.console.cluster;

import dev.semantica.console.config.ClaimCheckConfig;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.sampler.worker.WorkerConfig;
import dev.semantica.streams.StreamsAppConfig;
import dev.semantica.streams.StreamsApplication;
import dev.semantica.streams.StreamsStartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Makes the applications' configurations out of settings, and starts them. */
public final class Applications {

    private Applications() {}

    /**
     * The worker's configuration; without bundles, the one that comes with Semantica.
     *
     * @throws ConfigurationException with every wrong value
     */
    public static WorkerConfig workerConfig(Settings settings) {
        Map<String, String> selected = settings.select(WorkerConfig.CONFIG, ClaimCheckConfig.STORE_PREFIXES);
        selected.putIfAbsent("bundles", defaultBundle().toString());
        validate(WorkerConfig.CONFIG, selected);
        try {
            return WorkerConfig.from(selected);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /**
     * The topology's configuration.
     *
     * @throws ConfigurationException with every wrong value
     */
    public static StreamsAppConfig streamsConfig(Settings settings) {
        Map<String, String> selected = settings.select(StreamsAppConfig.CONFIG, List.of());
        validate(StreamsAppConfig.CONFIG, selected);
        return StreamsAppConfig.from(selected);
    }

    /** Starts the topology on a cluster. */
    public static StreamsApplication startStreams(Connection connection, Settings settings)
            throws StreamsStartException {
        Map<String, String> overrides = new TreeMap<>();
        settings.select(new ConfigDef(), List.of(StreamsAppConfig.STREAMS_PREFIX))
                .forEach((key, value) -> overrides.put(key.substring(StreamsAppConfig.STREAMS_PREFIX.length()), value));
        return StreamsApplication.start(
                connection.topics(), streamsConfig(settings), connection.clientSettings(), overrides);
    }

    /** The bundle that comes with Semantica; the launcher says where that is. */
    public static Path defaultBundle() {
        String home = System.getenv("SEMANTICA_HOME");
        return Path.of(home == null ? "." : home).resolve("models").resolve("pages");
    }

    private static void validate(ConfigDef definition, Map<String, String> selected) {
        List<String> problems = new ArrayList<>();
        definition.validate(selected).forEach(value -> problems.addAll(value.errorMessages()));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** Checks the connection and an application's keys together, so that all problems show at once. */
    public static Connection connect(Settings settings, ConfigDef application) {
        List<String> problems = new ArrayList<>();
        Map<String, String> selected = settings.select(application, List.of());
        selected.putIfAbsent("bundles", defaultBundle().toString());
        application.validate(selected).forEach(value -> problems.addAll(value.errorMessages()));
        Connection connection = null;
        try {
            connection = Connection.of(ConnectionConfig.from(settings));
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return connection;
    }
}
