package dev.semantica.console.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Settings of one command: a file, then the environment, then flags; the later wins.
 *
 * <p>In the environment a key is written in capitals with {@code _} for {@code .} and {@code -}, after
 * {@code SEMANTICA_}: {@code batch.linger.ms} is {@code SEMANTICA_BATCH_LINGER_MS}.
 */
public final class Settings {

    private static final String ENVIRONMENT_PREFIX = "SEMANTICA_";
    /** Variables of the launcher script, not settings. */
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("SEMANTICA_HOME", "SEMANTICA_JAVA_OPTS", "SEMANTICA_NO_CDS", "SEMANTICA_DEBUG");

    private final Map<String, String> values;

    private Settings(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads all sources and checks every key and value.
     *
     * @param file properties file, or null
     * @param environment the process environment
     * @param flags settings from the command line
     * @throws ConfigurationException with every unreadable file, unknown key and wrong value
     */
    public static Settings load(Path file, Map<String, String> environment, Map<String, String> flags) {
        List<String> problems = new ArrayList<>();
        Map<String, String> values = new TreeMap<>();
        if (file != null) {
            values.putAll(readFile(file, problems));
        }
        values.putAll(fromEnvironment(environment, problems));
        values.putAll(flags);
        problems.addAll(ConfigurationKeys.check(values));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Settings(values);
    }

    /** The keys that are set and that one of the given definitions, or a pass-through prefix of them, covers. */
    public Map<String, String> select(ConfigDef definition, List<String> passThroughPrefixes) {
        Map<String, String> selected = new TreeMap<>();
        values.forEach((key, value) -> {
            if (definition.names().contains(key) || passThroughPrefixes.stream().anyMatch(key::startsWith)) {
                selected.put(key, value);
            }
        });
        return selected;
    }

    /** These settings with others put on top. */
    public Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new TreeMap<>(values);
        merged.putAll(overrides);
        return new Settings(merged);
    }

    /** These settings on top of others that apply where nothing was set. */
    public Settings withDefaults(Map<String, String> defaults) {
        Map<String, String> merged = new TreeMap<>(defaults);
        merged.putAll(values);
        return new Settings(merged);
    }

    private static Map<String, String> readFile(Path file, List<String> problems) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("Configuration file " + file + " cannot be read (" + e.getMessage()
                    + "); give a readable properties file with --config");
        }
        Map<String, String> read = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> read.put(key, properties.getProperty(key).trim()));
        return read;
    }

    private static Map<String, String> fromEnvironment(Map<String, String> environment, List<String> problems) {
        Map<String, String> read = new TreeMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith(ENVIRONMENT_PREFIX) && !LAUNCHER_VARIABLES.contains(variable)) {
                String stripped = variable.substring(ENVIRONMENT_PREFIX.length());
                ConfigurationKeys.forVariable(stripped)
                        .ifPresentOrElse(
                                key -> read.put(key, value),
                                () -> problems.add("Environment variable " + variable + " stands for no known key ('"
                                        + stripped.toLowerCase(Locale.ROOT).replace('_', '.')
                                        + "'); unset it or correct it. All keys: semantica config docs"));
            }
        });
        return read;
    }
}
