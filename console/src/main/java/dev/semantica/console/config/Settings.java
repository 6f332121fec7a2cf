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
 * {@code SEMANTICA_}: {@code batch.linger.ms} is {@code SEMANTICA_BATCH_LINGER_MS}. Values may refer to secrets, which
 * Kafka's ConfigProviders look up.
 */
public final class Settings {

    private static final String ENVIRONMENT_PREFIX = "SEMANTICA_";
    /** Variables of the launcher script, not settings. */
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("SEMANTICA_HOME", "SEMANTICA_JAVA_OPTS", "SEMANTICA_NO_CDS", "SEMANTICA_DEBUG");

    /** Shown where a secret would stand. */
    public static final String HIDDEN = "[hidden]";

    private final Map<String, String> values;
    /** Before references to secrets were looked up. */
    private final Map<String, String> written;

    private Settings(Map<String, String> values, Map<String, String> written) {
        this.values = values;
        this.written = written;
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
        Map<String, String> written = new TreeMap<>();
        if (file != null) {
            written.putAll(readFile(file, problems));
        }
        written.putAll(fromEnvironment(environment, problems));
        written.putAll(flags);
        Map<String, String> values = SecretReferences.resolve(written, environment, problems);
        ConfigurationKeys.check(values).forEach(problem -> problems.add(withoutSecrets(problem, values, written)));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Settings(values, written);
    }

    /** What was looked up is secret, also where it is wrong. */
    private static String withoutSecrets(String problem, Map<String, String> values, Map<String, String> written) {
        String shown = problem;
        for (Map.Entry<String, String> value : values.entrySet()) {
            if (!value.getValue().isEmpty() && !value.getValue().equals(written.get(value.getKey()))) {
                shown = shown.replace(value.getValue(), HIDDEN);
            }
        }
        return shown;
    }

    /** The keys that are set and that one of the given definitions, or a pass-through prefix of them, covers. */
    public Map<String, String> select(ConfigDef definition, List<String> passThroughPrefixes) {
        return select(values, definition, passThroughPrefixes);
    }

    /** Likewise, with references to secrets as they were written, to be shown. */
    public Map<String, String> selectAsWritten(ConfigDef definition, List<String> passThroughPrefixes) {
        return select(written, definition, passThroughPrefixes);
    }

    private static Map<String, String> select(
            Map<String, String> values, ConfigDef definition, List<String> passThroughPrefixes) {
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
        return new Settings(merged(values, overrides), merged(written, overrides));
    }

    /** These settings on top of others that apply where nothing was set. */
    public Settings withDefaults(Map<String, String> defaults) {
        return new Settings(merged(defaults, values), merged(defaults, written));
    }

    private static Map<String, String> merged(Map<String, String> below, Map<String, String> above) {
        Map<String, String> merged = new TreeMap<>(below);
        merged.putAll(above);
        return merged;
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
