package dev.semantica.connectors.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.schemas.Variation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns of an image as a JSON object; what is null is left out. */
final class MetadataJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MetadataJson() {}

    /** The columns, after the given first ones. */
    static String of(Map<String, String> first, Variation variation) {
        Map<String, Object> object = new LinkedHashMap<>(first);
        for (Column column : Column.ALL) {
            Object value = column.value().apply(variation);
            if (value != null) {
                object.put(column.name(), value instanceof Instant instant ? instant.toString() : value);
            }
        }
        return text(object);
    }

    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Strings and numbers are always JSON", e);
        }
    }
}
