package dev.semantica.console.health;

import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What a process runs with, fit to be shown: of keys that go to a library only those are shown that Kafka defines and
 * does not count as a password; every other value is hidden, as it may be a secret.
 */
final class EffectiveSettings {

    private static final List<ConfigDef> KAFKA = List.of(ConsumerConfig.configDef(), ProducerConfig.configDef());

    private EffectiveSettings() {}

    /**
     * A line {@code key=value} for every key, defaults included, sorted.
     *
     * @param definitions the definitions that the process reads
     * @param passThroughPrefixes prefixes of the keys that it hands on
     */
    static String of(Settings settings, List<ConfigDef> definitions, List<String> passThroughPrefixes) {
        Map<String, String> shown = new TreeMap<>();
        for (ConfigDef definition : definitions) {
            definition.configKeys().forEach((name, key) -> {
                if (key.hasDefault()) {
                    shown.put(name, text(key.defaultValue));
                }
            });
            settings.selectAsWritten(definition, List.of())
                    .forEach((name, value) -> shown.put(
                            name,
                            definition.configKeys().get(name).type == ConfigDef.Type.PASSWORD
                                    ? Settings.HIDDEN
                                    : withoutUserInfo(value)));
        }
        settings.selectAsWritten(new ConfigDef(), passThroughPrefixes)
                .forEach((name, value) -> shown.putIfAbsent(name, isPublic(name) ? value : Settings.HIDDEN));
        List<String> lines = new ArrayList<>();
        shown.forEach((name, value) -> lines.add(name + "=" + value + "\n"));
        return String.join("", lines);
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : value == null ? "" : value.toString();
    }

    /** URLs may carry a user and a password. */
    private static String withoutUserInfo(String value) {
        return value.replaceAll("://[^/@,\\s]*@", "://" + Settings.HIDDEN + "@");
    }

    private static boolean isPublic(String name) {
        if (!name.startsWith(ConnectionConfig.KAFKA_PREFIX)) {
            return false;
        }
        String key = name.substring(ConnectionConfig.KAFKA_PREFIX.length());
        return KAFKA.stream()
                .map(definition -> definition.configKeys().get(key))
                .anyMatch(found -> found != null && found.type != ConfigDef.Type.PASSWORD);
    }
}
