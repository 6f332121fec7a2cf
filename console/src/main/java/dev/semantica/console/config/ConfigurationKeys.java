package dev.semantica.console.config;

import dev.semantica.sampler.worker.WorkerConfig;
import dev.semantica.store.StoreConfig;
import dev.semantica.streams.StreamsAppConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;

/** All keys that exist. */
final class ConfigurationKeys {

    /** The definitions by the heading of their documentation. */
    static final Map<String, ConfigDef> DEFINITIONS = definitions();

    /** Keys that begin like this go to a library as they are. */
    static final List<String> PASS_THROUGH = List.of(
            ConnectionConfig.KAFKA_PREFIX,
            ConnectionConfig.REGISTRY_PREFIX,
            StreamsAppConfig.STREAMS_PREFIX,
            "config.providers");

    private ConfigurationKeys() {}

    /** Every unknown key, and every value that is not of its key's type or range. */
    static List<String> check(Map<String, String> values) {
        List<String> problems = new ArrayList<>();
        Set<String> names = names();
        for (String key : values.keySet()) {
            if (!names.contains(key) && PASS_THROUGH.stream().noneMatch(key::startsWith)) {
                problems.add("Unknown key '" + key + "'" + suggestion(key) + " All keys: semantica config docs");
            }
        }
        Set<String> wrong = new LinkedHashSet<>();
        DEFINITIONS.values().forEach(definition -> definition.validate(values).stream()
                .filter(value -> values.containsKey(value.name()))
                .forEach(value -> value.errorMessages().stream().limit(1).forEach(wrong::add)));
        problems.addAll(wrong);
        return problems;
    }

    /** The key that an environment variable (without its prefix) stands for. */
    static Optional<String> forVariable(String variable) {
        for (String name : names()) {
            if (variable(name).equals(variable)) {
                return Optional.of(name);
            }
        }
        for (String prefix : PASS_THROUGH) {
            if (variable.startsWith(variable(prefix))) {
                return Optional.of(variable.toLowerCase(Locale.ROOT).replace('_', '.'));
            }
        }
        return Optional.empty();
    }

    /** A known key that looks like an unknown one, as the continuation of an error message. */
    static String suggestion(String key) {
        return names().stream()
                .filter(name -> distance(name, key) <= 3)
                .min((a, b) -> Integer.compare(distance(a, key), distance(b, key)))
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("; remove it.");
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        DEFINITIONS.values().forEach(definition -> names.addAll(definition.names()));
        return names;
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static Map<String, ConfigDef> definitions() {
        Map<String, ConfigDef> definitions = new LinkedHashMap<>();
        definitions.put("Connection and topics", ConnectionConfig.CONFIG);
        definitions.put("Streams application", StreamsAppConfig.CONFIG);
        definitions.put("Worker", WorkerConfig.CONFIG);
        definitions.put("Health and metrics", HttpConfig.CONFIG);
        definitions.put("Logs", LogConfig.CONFIG);
        definitions.put("Claim check of augment and submit", ClaimCheckConfig.CONFIG);
        definitions.put("Object stores", StoreConfig.CONFIG);
        return definitions;
    }
}
