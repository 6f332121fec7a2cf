package dev.semantica.connectors.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;

/** Adds keys of one group to a definition, in the order in which a form shows them. */
public final class KeyGroup {

    private final ConfigDef definition;
    private final String group;
    private int order;

    /** Begins a group. */
    public KeyGroup(ConfigDef definition, String group) {
        this.definition = definition;
        this.group = group;
    }

    /** Adds a key. A validator that also recommends is taken as both. */
    public KeyGroup key(
            String name,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            ConfigDef.Importance importance,
            String documentation) {
        ConfigDef.Recommender recommender = validator instanceof ConfigDef.Recommender both ? both : null;
        return add(name, type, defaultValue, validator, importance, documentation, recommender);
    }

    /** Adds a key that matters only while another key has a certain value. */
    public KeyGroup keyWith(
            String name,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            ConfigDef.Importance importance,
            String documentation,
            String otherKey,
            String otherValue) {
        return add(name, type, defaultValue, validator, importance, documentation, new OnlyWith(otherKey, otherValue));
    }

    /** Adds keys that another definition has, with everything but their place in a form. */
    public KeyGroup keysOf(ConfigDef other, Predicate<String> wanted) {
        other.configKeys().values().stream()
                .filter(key -> wanted.test(key.name))
                .forEach(key -> add(
                        key.name, key.type, key.defaultValue, key.validator, key.importance, key.documentation, null));
        return this;
    }

    private KeyGroup add(
            String name,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            ConfigDef.Importance importance,
            String documentation,
            ConfigDef.Recommender recommender) {
        order++;
        definition.define(
                name,
                type,
                defaultValue,
                validator,
                importance,
                documentation,
                group,
                order,
                type == ConfigDef.Type.STRING ? ConfigDef.Width.LONG : ConfigDef.Width.SHORT,
                display(name),
                recommender);
        return this;
    }

    private static String display(String name) {
        String words = name.replace('.', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** Shows a key while another one has a value. */
    private record OnlyWith(String otherKey, String otherValue) implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
            return List.of();
        }

        @Override
        public boolean visible(String name, Map<String, Object> parsedConfig) {
            return otherValue.equals(String.valueOf(parsedConfig.get(otherKey)));
        }
    }
}
