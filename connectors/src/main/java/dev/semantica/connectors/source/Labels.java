package dev.semantica.connectors.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.connectors.source.ImageSourceConfig.LabelFrom;
import dev.semantica.connectors.source.ImageSourceConfig.LabelSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Knows the labels of images: from their folders, or from the manifests that it was given. */
final class Labels {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LabelSource source;
    /** What each manifest says, by the name of the manifest and then of the image. */
    private final Map<String, Map<String, Label>> manifests = new HashMap<>();

    Labels(LabelSource source) {
        this.source = source;
    }

    /** Whether a file is a manifest rather than an image. */
    boolean isManifest(String name) {
        return source.from() == LabelFrom.MANIFEST
                && name.substring(name.lastIndexOf('/') + 1).equals(source.manifest());
    }

    /**
     * Takes a manifest, new or changed.
     *
     * @return what is wrong with it, a line each; the other lines count
     */
    List<String> read(String manifest, byte[] content) {
        List<String> problems = new ArrayList<>();
        Map<String, Label> said = new HashMap<>();
        String[] lines = new String(content, StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                try {
                    JsonNode line = JSON.readTree(lines[i]);
                    String file = line.path("file_name").asText("");
                    if (file.isEmpty()) {
                        problems.add("line " + (i + 1) + ": no file_name");
                    } else {
                        said.put(folderOf(manifest).map(folder -> folder + "/").orElse("") + file, label(line));
                    }
                } catch (JsonProcessingException e) {
                    problems.add("line " + (i + 1) + ": no JSON: " + e.getOriginalMessage());
                }
            }
        }
        manifests.put(manifest, said);
        return problems;
    }

    private Label label(JsonNode line) {
        Map<String, String> attributes = new HashMap<>();
        line.properties().forEach(field -> {
            boolean own = field.getKey().equals("file_name") || field.getKey().equals(source.field());
            if (!own && !field.getValue().isNull()) {
                attributes.put(
                        field.getKey(),
                        field.getValue().isValueNode()
                                ? field.getValue().asText()
                                : field.getValue().toString());
            }
        });
        JsonNode label = line.path(source.field());
        return new Label(label.isValueNode() && !label.isNull() ? label.asText() : null, attributes);
    }

    /** What is known of an image; empty if a manifest has to name it first. */
    Optional<Label> of(String name) {
        return switch (source.from()) {
            case NONE -> Optional.of(new Label(null, Map.of()));
            case FOLDER -> Optional.of(new Label(folderOf(name).orElse(null), Map.of()));
            case MANIFEST ->
                manifests.values().stream()
                        .map(said -> said.get(name))
                        .filter(label -> label != null)
                        .findFirst();
        };
    }

    /** The path of a file's folder; empty at the top. */
    static Optional<String> folderOf(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(name.substring(0, slash));
    }
}
