package dev.semantica.console.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * Where a process answers over HTTP.
 *
 * @param host address to listen on
 * @param port port to listen on; 0: any free one; -1: do not listen
 */
public record HttpConfig(String host, int port) {

    private static final String HOST = "http.host";
    private static final String PORT = "http.port";

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    PORT,
                    ConfigDef.Type.INT,
                    -1,
                    Range.between(-1, 65_535),
                    Importance.MEDIUM,
                    "Port of /live, /ready, /metrics and /config; 0 takes a free one, -1 does not listen.")
            .define(
                    HOST,
                    ConfigDef.Type.STRING,
                    "127.0.0.1",
                    new ConfigDef.NonEmptyString(),
                    Importance.MEDIUM,
                    "Address to listen on; 0.0.0.0 in a container, where probes come from outside.");

    /**
     * Reads it from settings.
     *
     * @throws ConfigurationException with every wrong value
     */
    public static HttpConfig from(Settings settings) {
        Map<String, String> selected = settings.select(CONFIG, List.of());
        List<String> problems = new ArrayList<>();
        CONFIG.validate(selected).forEach(value -> problems.addAll(value.errorMessages()));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Map<String, Object> values = CONFIG.parse(selected);
        return new HttpConfig((String) values.get(HOST), (Integer) values.get(PORT));
    }

    /** Whether it listens at all. */
    public boolean listens() {
        return port >= 0;
    }
}
