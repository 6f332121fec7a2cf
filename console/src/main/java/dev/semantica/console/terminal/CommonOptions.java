package dev.semantica.console.terminal;

import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that every command takes. */
public final class CommonOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; docs/configuration.md lists the keys.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting; wins over file and environment. May be repeated.")
    private final Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT,...", description = "Brokers of the cluster to use.")
    private String bootstrapServers;

    @Option(names = "--schema-registry", paramLabel = "URL", description = "Schema registry of the cluster.")
    private String schemaRegistry;

    /** All settings: file, environment, flags. */
    public Settings settings() {
        Map<String, String> flags = new LinkedHashMap<>(set);
        if (bootstrapServers != null) {
            flags.put(ConnectionConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        }
        if (schemaRegistry != null) {
            flags.put(ConnectionConfig.SCHEMA_REGISTRY_URL, schemaRegistry);
        }
        return Settings.load(file, System.getenv(), flags);
    }

    /** Whether a cluster was named. */
    public boolean namesCluster() {
        return !settings()
                .select(
                        new org.apache.kafka.common.config.ConfigDef(),
                        java.util.List.of(ConnectionConfig.BOOTSTRAP_SERVERS))
                .isEmpty();
    }
}
