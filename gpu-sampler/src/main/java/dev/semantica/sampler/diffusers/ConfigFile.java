package dev.semantica.sampler.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** A configuration file of an export. A value of another type than expected is a problem, and as if it were absent. */
final class ConfigFile {

    private static final int SHOWN = 60;

    private final String name;
    private final JsonNode root;
    private final List<String> problems;

    ConfigFile(String name, JsonNode root, List<String> problems) {
        this.name = name;
        this.root = root;
        this.problems = problems;
    }

    String name() {
        return name;
    }

    Optional<String> text(String key) {
        return value(key, "a string", JsonNode::isTextual, JsonNode::asText);
    }

    Optional<Integer> integer(String key) {
        return value(key, "a whole number", JsonNode::canConvertToInt, JsonNode::asInt);
    }

    Optional<Double> number(String key) {
        return value(key, "a finite number", ConfigFile::isFinite, JsonNode::asDouble);
    }

    Optional<Boolean> flag(String key) {
        return value(key, "true or false", JsonNode::isBoolean, JsonNode::asBoolean);
    }

    Optional<List<Double>> numbers(String key) {
        return value(key, "a list of finite numbers", ConfigFile::isNumbers, node -> {
            List<Double> numbers = new ArrayList<>();
            node.forEach(element -> numbers.add(element.asDouble()));
            return List.copyOf(numbers);
        });
    }

    /** The value whatever it is; absent also if it is null. */
    Optional<JsonNode> any(String key) {
        return value(key, "", node -> true, node -> node);
    }

    /** The keys whose values are neither null nor false. */
    Set<String> keysInUse() {
        Set<String> keys = new TreeSet<>();
        root.properties().forEach(entry -> {
            if (!entry.getValue().isNull() && !entry.getValue().equals(BooleanNode.FALSE)) {
                keys.add(entry.getKey());
            }
        });
        return keys;
    }

    void problem(String key, String expected, Object found) {
        problems.add(name + ": " + key + ": expected " + expected + ", found " + found);
    }

    private <T> Optional<T> value(
            String key, String expected, Predicate<JsonNode> fits, Function<JsonNode, T> conversion) {
        JsonNode node = root.get(key);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!fits.test(node)) {
            String found = node.toString();
            problem(key, expected, found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found);
            return Optional.empty();
        }
        return Optional.of(conversion.apply(node));
    }

    private static boolean isFinite(JsonNode node) {
        return node.isNumber() && Double.isFinite(node.asDouble());
    }

    private static boolean isNumbers(JsonNode node) {
        if (!node.isArray()) {
            return false;
        }
        for (JsonNode element : node) {
            if (!isFinite(element)) {
                return false;
            }
        }
        return true;
    }
}
