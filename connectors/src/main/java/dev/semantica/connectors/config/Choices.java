package dev.semantica.connectors.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * A setting that takes one of a few words: checks the word and recommends the choices.
 *
 * @param words what may be chosen
 * @param onlyWith the setting is shown only while this other setting has one of the values; null: always
 * @param values values of the other setting
 */
public record Choices(List<String> words, String onlyWith, List<String> values)
        implements ConfigDef.Validator, ConfigDef.Recommender {

    /** The names of an enum, in lower case with {@code -} for {@code _}. */
    public static Choices of(Class<? extends Enum<?>> type) {
        return new Choices(
                List.of(type.getEnumConstants()).stream().map(Choices::word).toList(), null, List.of());
    }

    /** The word for a constant. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant that a checked word stands for. */
    public static <E extends Enum<E>> E constant(Class<E> type, Object word) {
        return Enum.valueOf(type, word.toString().toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Override
    public void ensureValid(String name, Object value) {
        if (value != null && !words.contains(value.toString())) {
            throw new ConfigException(name, value, "Expected one of " + String.join(", ", words));
        }
    }

    @Override
    public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
        return List.copyOf(words);
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsedConfig) {
        return onlyWith == null || values.contains(String.valueOf(parsedConfig.get(onlyWith)));
    }

    @Override
    public String toString() {
        return String.join(", ", words);
    }
}
