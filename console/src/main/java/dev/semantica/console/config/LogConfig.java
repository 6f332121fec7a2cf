package dev.semantica.console.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How a process logs.
 *
 * @param json whether a line is a JSON object
 * @param level name of the least level that is shown
 */
public record LogConfig(boolean json, String level) {

    private static final String FORMAT = "log.format";
    private static final String LEVEL = "log.level";

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    FORMAT,
                    ConfigDef.Type.STRING,
                    "text",
                    ConfigDef.ValidString.in("text", "json"),
                    Importance.LOW,
                    "Log lines of streams and worker on standard error: for people (text), or a JSON object each (json).")
            .define(
                    LEVEL,
                    ConfigDef.Type.STRING,
                    "WARN",
                    ConfigDef.ValidString.in("ERROR", "WARN", "INFO", "DEBUG"),
                    Importance.LOW,
                    "Least level that streams and worker log. INFO names every image that failed.");

    /**
     * Reads it from settings.
     *
     * @throws ConfigurationException with every wrong value
     */
    public static LogConfig from(Settings settings) {
        Map<String, String> selected = settings.select(CONFIG, List.of());
        List<String> problems = new ArrayList<>();
        CONFIG.validate(selected).forEach(value -> problems.addAll(value.errorMessages()));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Map<String, Object> values = CONFIG.parse(selected);
        return new LogConfig(values.get(FORMAT).equals("json"), (String) values.get(LEVEL));
    }
}
