package dev.semantica.connectors;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configurations in docs/connectors.md, by the names of their connectors. */
public final class Examples {

    static final Path PAGE = Path.of(System.getProperty("semantica.root"), "docs", "connectors.md");

    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    private Examples() {}

    public static Map<String, Map<String, String>> all() throws IOException {
        Map<String, Map<String, String>> examples = new LinkedHashMap<>();
        ObjectMapper json = new ObjectMapper();
        Matcher blocks = JSON.matcher(Files.readString(PAGE));
        while (blocks.find()) {
            JsonNode block = json.readTree(blocks.group(1));
            if (block.has("config")) {
                examples.put(
                        block.get("name").asText(),
                        json.convertValue(block.get("config"), new TypeReference<Map<String, String>>() {}));
            }
        }
        return examples;
    }

    /** An example with other values for some keys. */
    public static Map<String, String> with(String name, Map<String, String> changes) throws IOException {
        Map<String, String> example = all().get(name);
        if (example == null || !example.keySet().containsAll(changes.keySet())) {
            throw new AssertionError("Example " + name + " is " + example + " and cannot have " + changes);
        }
        example.putAll(changes);
        return example;
    }
}
