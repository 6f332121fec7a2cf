package dev.semantica.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A worker's properties from environment variables: {@code CONNECT_OFFSET_FLUSH_INTERVAL_MS} is
 * {@code offset.flush.interval.ms}, a double underscore stands for an underscore.
 */
final class WorkerProperties {

    static final String PREFIX = "CONNECT_";
    private static final List<String> REQUIRED = List.of("bootstrap.servers", "value.converter.schema.registry.url");
    /** What the connectors of this project want; every one may be set otherwise. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("group.id", "semantica-connect"),
            Map.entry("config.storage.topic", "semantica-connect-configs"),
            Map.entry("offset.storage.topic", "semantica-connect-offsets"),
            Map.entry("status.storage.topic", "semantica-connect-statuses"),
            // The brokers' default.
            Map.entry("config.storage.replication.factor", "-1"),
            Map.entry("offset.storage.replication.factor", "-1"),
            Map.entry("status.storage.replication.factor", "-1"),
            Map.entry("exactly.once.source.support", "enabled"),
            Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
            Map.entry("value.converter", "dev.semantica.connectors.contract.ContractConverter"),
            Map.entry("listeners", "http://0.0.0.0:8083"),
            Map.entry("plugin.path", "/opt/semantica/plugins"),
            Map.entry("plugin.discovery", "service_load"));

    private WorkerProperties() {}

    /**
     * Translates the variables that begin with {@value #PREFIX}, over the defaults.
     *
     * @throws IllegalArgumentException naming every variable that is missing
     */
    static Properties of(Map<String, String> environment) {
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                values.put(key(name), value);
            }
        });
        List<String> missing = new ArrayList<>();
        for (String key : REQUIRED) {
            if (values.getOrDefault(key, "").isBlank()) {
                missing.add(variable(key) + " (" + key + ")");
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("Not set: " + String.join(", ", missing));
        }
        Properties properties = new Properties();
        properties.putAll(values);
        return properties;
    }

    private static String key(String variable) {
        return variable.substring(PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace("__", "\0")
                .replace('_', '.')
                .replace('\0', '_');
    }

    private static String variable(String key) {
        return PREFIX + key.replace("_", "__").replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
