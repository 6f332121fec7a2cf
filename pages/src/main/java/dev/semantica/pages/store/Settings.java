package dev.semantica.pages.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.pages.drawing.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@value #FILE}: what the pages of a folder were made by. Folders may be continued with more pages of the same making;
 * shards only as they were planned, since their last one ends where the plan does.
 */
final class Settings {

    static final String FILE = "pages.json";

    private static final String FORMAT = "semantica-pages/1";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Settings() {}

    /** Leaves the settings in the folder, or finds the same ones there. */
    static void claim(Path folder, PagesPlan plan) throws IOException {
        Path file = folder.resolve(FILE);
        ObjectNode wanted = of(plan);
        if (!Files.exists(file)) {
            refuseStrangers(folder);
            Whole.write(
                    file,
                    (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(wanted) + "\n")
                            .getBytes(StandardCharsets.UTF_8));
            return;
        }
        JsonNode found = read(file);
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, JsonNode> setting : wanted.properties()) {
            JsonNode there = found.path(setting.getKey());
            if (!there.equals(setting.getValue())) {
                differences.add(setting.getKey() + " " + (there.isMissingNode() ? "unset" : there) + " instead of "
                        + setting.getValue());
            }
        }
        if (!differences.isEmpty()) {
            throw new ConflictException(folder + " holds pages of other settings: " + String.join("; ", differences)
                    + ". Use the same settings to continue, or another folder");
        }
    }

    private static void refuseStrangers(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> others =
                    entries.filter(entry -> !Whole.isUnfinished(entry)).toList();
            if (!others.isEmpty()) {
                throw new ConflictException(folder + " is not empty and has no " + FILE + ", so what is in it, such as "
                        + others.get(0).getFileName() + ", was not made here. Use a new folder");
            }
        }
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return MAPPER.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ConflictException(
                    file + " is no readable JSON (" + e.getOriginalMessage() + "). Use a new folder");
        }
    }

    /** Read back from its own text, so that numbers compare with what is found. */
    private static ObjectNode of(PagesPlan plan) throws IOException {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("format", FORMAT);
        node.put("seed", plan.config().seed());
        node.put("images", plan.config().images());
        node.put("size", plan.config().size());
        node.put("foreign", plan.config().foreign());
        node.put("near-duplicates", plan.config().nearDuplicates());
        node.put("pages-per-shard", plan.pagesPerShard());
        if (plan.sharded()) {
            node.put("first", plan.first());
            node.put("pages", plan.pages());
        }
        node.set(
                "kinds",
                MAPPER.valueToTree(plan.config().kinds().stream().map(Kind::id).toList()));
        return (ObjectNode) MAPPER.readTree(node.toString());
    }
}
