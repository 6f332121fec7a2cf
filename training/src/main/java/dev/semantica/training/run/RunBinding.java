package dev.semantica.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings what a file says over the defaults into records; what cannot be is a problem each, by the name of its key. */
final class RunBinding {

    /** Numbers are not cut, and nothing is not zero: who wrote 1.5 steps or none meant something else. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    private final List<String> problems;

    RunBinding(List<String> problems) {
        this.problems = problems;
    }

    /** Puts what a file says over what is known; every key that is not is a problem. */
    void merge(ObjectNode known, ObjectNode said) {
        merge(known, said, "");
    }

    private void merge(ObjectNode known, ObjectNode said, String at) {
        for (Map.Entry<String, JsonNode> field : said.properties()) {
            String name = at + field.getKey();
            JsonNode old = known.get(field.getKey());
            if (old == null) {
                problems.add("Unknown key '" + name + "'; known here: " + names(known));
            } else if (old instanceof ObjectNode deeper) {
                if (field.getValue() instanceof ObjectNode more) {
                    merge(deeper, more, name + ".");
                } else {
                    problems.add("'" + name + "' must hold keys: " + names(deeper));
                }
            } else {
                known.set(field.getKey(), field.getValue());
            }
        }
    }

    private static String names(ObjectNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return String.join(", ", names);
    }

    /**
     * Tries every value and every record by itself; what cannot be becomes what it is by default, after it was told.
     *
     * @param node what is tried; of the record's components
     * @param defaults the same by default
     * @param passedOver name of a component that is read elsewhere
     */
    void tryAll(ObjectNode node, ObjectNode defaults, Class<?> type, String passedOver) {
        tryAll(node, defaults, type, "", passedOver);
    }

    private void tryAll(ObjectNode node, ObjectNode defaults, Class<?> type, String at, String passedOver) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = component.getName();
            String name = at + key;
            JsonNode value = node.get(key);
            if (name.equals(passedOver)) {
                node.set(key, defaults.get(key));
            } else if (component.getType().isRecord()) {
                tryAll((ObjectNode) value, (ObjectNode) defaults.get(key), component.getType(), name + ".", passedOver);
            } else if (!reads(value, component, name)) {
                node.set(key, defaults.get(key));
            }
        }
        try {
            JSON.treeToValue(node, type);
        } catch (JsonProcessingException e) {
            problems.add((at.isEmpty() ? "" : at.substring(0, at.length() - 1) + ": ") + cause(e));
            node.setAll(defaults);
        }
    }

    private boolean reads(JsonNode value, RecordComponent component, String name) {
        if (value.isNull()) {
            problems.add("'" + name + "' has no value; leave the key out for its default");
            return false;
        }
        try {
            JSON.treeToValue(value, JSON.constructType(component.getGenericType()));
            return true;
        } catch (JsonProcessingException e) {
            problems.add("'" + name + "' cannot be " + value + ": " + cause(e));
            return false;
        }
    }

    private static String cause(JsonProcessingException e) {
        return e.getCause() instanceof IllegalArgumentException refused
                ? String.valueOf(refused.getMessage())
                : e.getOriginalMessage();
    }
}
