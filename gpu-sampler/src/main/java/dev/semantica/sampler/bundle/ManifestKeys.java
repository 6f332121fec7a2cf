package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the keys of a manifest with the records that it is read into. Binding stops at the first key that is
 * missing, unknown or null; a person who writes a manifest wants to know all of them.
 */
final class ManifestKeys {

    private ManifestKeys() {}

    /** Adds a problem for every key that is missing, unknown, or null where a value is needed. */
    static void check(JsonNode manifest, List<String> problems) {
        check("", manifest, BundleManifest.class, problems);
    }

    private static void check(String where, JsonNode node, Type type, List<String> problems) {
        if (type instanceof ParameterizedType generic) {
            checkElements(where, node, generic, problems);
        } else if (type instanceof Class<?> record && record.isRecord()) {
            checkRecord(where, node, record, problems);
        }
    }

    private static void checkElements(String where, JsonNode node, ParameterizedType type, List<String> problems) {
        if (type.getRawType() == Map.class && node.isObject()) {
            node.properties()
                    .forEach(entry -> checkElement(
                            where + "." + entry.getKey(),
                            entry.getValue(),
                            type.getActualTypeArguments()[1],
                            problems));
        } else if (type.getRawType() == List.class && node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                checkElement(where + "[" + i + "]", node.get(i), type.getActualTypeArguments()[0], problems);
            }
        } else {
            problems.add(where + ": expected " + (type.getRawType() == Map.class ? "an object" : "an array")
                    + ", found " + node);
        }
    }

    private static void checkElement(String where, JsonNode node, Type type, List<String> problems) {
        if (node.isNull()) {
            problems.add(where + ": expected a value, found null");
        } else {
            check(where, node, type, problems);
        }
    }

    private static void checkRecord(String where, JsonNode node, Class<?> record, List<String> problems) {
        if (!node.isObject()) {
            problems.add((where.isEmpty() ? "the manifest" : where) + ": expected an object, found " + node);
            return;
        }
        Set<String> known = new HashSet<>();
        for (RecordComponent component : record.getRecordComponents()) {
            known.add(component.getName());
            String key = where.isEmpty() ? component.getName() : where + "." + component.getName();
            JsonNode value = node.path(component.getName());
            if (!value.isMissingNode() && !value.isNull()) {
                check(key, value, component.getGenericType(), problems);
            } else if (component.getAccessor().isAnnotationPresent(JsonProperty.class)) {
                problems.add(key + ": expected a value, found " + (value.isNull() ? "null" : "no such key"));
            }
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problems.add((where.isEmpty() ? name : where + "." + name) + ": unknown key; known here are " + known);
            }
        });
    }
}
