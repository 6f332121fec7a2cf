package dev.semantica.pages.factor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Factors as JSON. What it reads may come from anybody: size, depth, names and values have limits. */
final class AnnotationJson {

    static final int MOST_BYTES = 4 << 20;

    private static final int MOST_FACTORS = 256;
    private static final int LONGEST_TEXT = 256;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(4096)
                            .maxNameLength(LONGEST_TEXT)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String source;

    AnnotationJson(String source) {
        this.source = source;
    }

    JsonNode parse(byte[] json) throws AnnotationException {
        if (json.length > MOST_BYTES) {
            throw problem("an annotation may have " + MOST_BYTES + " bytes, but it is larger");
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AnnotationException(source + ": no readable JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new AnnotationException(source + ": no readable JSON: " + e.getMessage(), e);
        }
        if (!root.isObject()) {
            throw problem("an annotation must be an object, but is " + form(root));
        }
        return root;
    }

    void refuseOthers(JsonNode root, Set<String> known) throws AnnotationException {
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (!known.contains(field.getKey())) {
                throw problem("\"" + cut(field.getKey()) + "\" is not known here; known are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    Factors factors(JsonNode parent, String name) throws AnnotationException {
        JsonNode object = parent.path(name);
        if (!object.isObject()) {
            throw problem("\"" + cut(name) + "\" must be an object of factors, but is " + form(object));
        }
        if (object.size() > MOST_FACTORS) {
            throw problem("\"" + cut(name) + "\" may hold " + MOST_FACTORS + " factors, but holds " + object.size());
        }
        Map<String, FactorValue> values = new TreeMap<>();
        for (Map.Entry<String, JsonNode> factor : object.properties()) {
            values.put(factor.getKey(), value(name, factor.getKey(), factor.getValue()));
        }
        return new Factors(values);
    }

    private FactorValue value(String owner, String name, JsonNode value) throws AnnotationException {
        if (name.isEmpty()) {
            throw problem("a factor of \"" + cut(owner) + "\" has no name");
        }
        if (value.isBoolean()) {
            return new Category(value.asText());
        }
        if (value.isTextual()
                && !value.textValue().isEmpty()
                && value.textValue().length() <= LONGEST_TEXT) {
            return new Category(value.textValue());
        }
        if (value.isNumber() && Double.isFinite(value.doubleValue())) {
            return new Quantity(value.doubleValue());
        }
        throw problem(
                "factor \"" + cut(name) + "\" of \"" + cut(owner) + "\" must be a finite number, a boolean or a text"
                        + " of 1 to " + LONGEST_TEXT + " characters, but is " + form(value));
    }

    AnnotationException problem(String what) {
        return new AnnotationException(source + ": " + what);
    }

    static String form(JsonNode node) {
        return node.isMissingNode()
                ? "missing"
                : node.isValueNode() ? cut(node.toString()) : node.isArray() ? "an array" : "an object";
    }

    static String cut(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode of(Factors factors) {
        ObjectNode object = object();
        factors.values().forEach((name, value) -> {
            if (value instanceof Quantity quantity) {
                putNumber(object, name, quantity.value());
            } else if (value instanceof Category category) {
                putText(object, name, category.name());
            }
        });
        return object;
    }

    private static void putNumber(ObjectNode object, String name, double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e9) {
            object.put(name, (long) number);
        } else {
            object.put(name, number);
        }
    }

    private static void putText(ObjectNode object, String name, String text) {
        if (text.equals("true") || text.equals("false")) {
            object.put(name, Boolean.parseBoolean(text));
        } else {
            object.put(name, text);
        }
    }

    static byte[] bytes(ObjectNode root) {
        try {
            return (MAPPER.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
