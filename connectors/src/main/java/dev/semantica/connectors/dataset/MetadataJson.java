package dev.semantica.connectors.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.schemas.Variation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns of an image as a JSON object. */
final class MetadataJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MetadataJson() {}

    /**
     * A row of a table, after the given first columns. Hugging Face's datasets takes the columns and types of the first
     * file for all files: a text that is absent is empty, for a column that is missing or null there would be lost or
     * break the others; attributes are JSON as text. A number that is absent is left out.
     */
    static String row(Map<String, String> first, Variation variation) {
        Map<String, Object> object = new LinkedHashMap<>(first);
        for (Column column : Column.ALL) {
            Object value = column.value().apply(variation);
            if (column.type() == Column.Type.ATTRIBUTES) {
                object.put(column.name(), text(value));
            } else if (value != null || column.type() == Column.Type.STRING) {
                object.put(column.name(), value == null ? "" : plain(value));
            }
        }
        return text(object);
    }

    /** An object of its own, after the given first fields: what is null is left out, attributes are an object. */
    static String object(Map<String, String> first, Variation variation) {
        Map<String, Object> object = new LinkedHashMap<>(first);
        for (Column column : Column.ALL) {
            Object value = column.value().apply(variation);
            if (value != null) {
                object.put(column.name(), plain(value));
            }
        }
        return text(object);
    }

    private static Object plain(Object value) {
        return value instanceof Instant instant ? instant.toString() : value;
    }

    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Strings and numbers are always JSON", e);
        }
    }
}
