package dev.semantica.console.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.utils.Utils;

/**
 * Looks up values like <code>${file:/run/secrets/kafka.properties:password}</code> with Kafka's ConfigProviders:
 * {@code config.providers} names them, {@code config.providers.NAME.class} says what they are ({@code file},
 * {@code directory} and {@code env} are Kafka's own unless it says otherwise), {@code config.providers.NAME.param.…}
 * configures them.
 */
final class SecretReferences {

    private static final String PROVIDERS = "config.providers";

    private SecretReferences() {}

    /**
     * The settings with every reference replaced.
     *
     * @param environment what {@code env} looks into
     * @param problems gets each reference that leads nowhere
     */
    static Map<String, String> resolve(
            Map<String, String> written, Map<String, String> environment, List<String> problems) {
        Map<String, ConfigProvider> providers = new HashMap<>();
        try {
            for (String name : names(written)) {
                provider(name, written, environment, problems).ifPresent(found -> providers.put(name, found));
            }
            Map<String, String> resolved = new TreeMap<>();
            written.forEach((key, value) ->
                    resolved.put(key, key.startsWith(PROVIDERS) ? value : resolve(key, value, providers, problems)));
            return resolved;
        } finally {
            providers.values().forEach(provider -> Utils.closeQuietly(provider, "config provider"));
        }
    }

    private static String resolve(
            String key, String value, Map<String, ConfigProvider> providers, List<String> problems) {
        List<String> references = references(key, value, providers, problems);
        if (references.isEmpty()) {
            return value;
        }
        try {
            String found = new ConfigTransformer(providers)
                    .transform(Map.of(key, value))
                    .data()
                    .get(key);
            for (String reference : references) {
                if (found.contains(reference)) {
                    problems.add(key + " refers to " + reference
                            + ", where there is nothing or what allowed.paths or allowlist.pattern leaves out; put the"
                            + " value there, or allow it with " + PROVIDERS + ".NAME.param.…");
                }
            }
            return found;
        } catch (KafkaException e) {
            problems.add(
                    key + " refers to " + String.join(", ", references) + ", which cannot be read: " + e.getMessage());
            return value;
        }
    }

    /** What in a value is to be looked up here. Kafka's clients may have providers of their own. */
    private static List<String> references(
            String key, String value, Map<String, ConfigProvider> providers, List<String> problems) {
        List<String> references = new ArrayList<>();
        Matcher matcher = ConfigTransformer.DEFAULT_PATTERN.matcher(value);
        while (matcher.find()) {
            if (providers.containsKey(matcher.group(1))) {
                references.add(matcher.group());
            } else if (!key.startsWith(ConnectionConfig.KAFKA_PREFIX)) {
                problems.add(key + " refers to " + matcher.group() + ", but " + PROVIDERS + " does not name '"
                        + matcher.group(1) + "'; add it there");
            }
        }
        return references;
    }

    private static List<String> names(Map<String, String> written) {
        String names = written.getOrDefault(PROVIDERS, "").trim();
        return names.isEmpty() ? List.of() : List.of(names.split("\\s*,\\s*"));
    }

    private static Optional<ConfigProvider> provider(
            String name, Map<String, String> written, Map<String, String> environment, List<String> problems) {
        String prefix = PROVIDERS + "." + name + ".";
        Map<String, String> parameters = new HashMap<>();
        written.forEach((key, value) -> {
            if (key.startsWith(prefix + "param.")) {
                parameters.put(key.substring((prefix + "param.").length()), value);
            }
        });
        try {
            ConfigProvider provider = create(name, written.get(prefix + "class"), environment);
            provider.configure(parameters);
            return Optional.of(provider);
        } catch (ClassNotFoundException | ClassCastException | KafkaException e) {
            problems.add(prefix + "class is no usable ConfigProvider (" + e.getMessage()
                    + "); name one on the class path, or use file, directory or env, which need none");
            return Optional.empty();
        }
    }

    private static ConfigProvider create(String name, String className, Map<String, String> environment)
            throws ClassNotFoundException {
        String known = className == null ? name : className;
        if (known.equals("env") || known.equals(EnvVarConfigProvider.class.getName())) {
            return new EnvVarConfigProvider(environment);
        }
        return switch (known) {
            case "file" -> new FileConfigProvider();
            case "directory" -> new DirectoryConfigProvider();
            default -> Utils.newInstance(known, ConfigProvider.class);
        };
    }
}
