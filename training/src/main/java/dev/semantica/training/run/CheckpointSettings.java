package dev.semantica.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** {@code settings.json} beside checkpoints: what their configuration was, so that a difference can be named. */
final class CheckpointSettings {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Path file;

    CheckpointSettings(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("settings.json");
    }

    /** Writes them, unless they are there. */
    void remember(StageKey key) throws IOException {
        if (isOf(key.digest())) {
            return;
        }
        Path draft = folder.resolve(".settings");
        Files.write(
                draft,
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(Map.of("configuration", key.digest(), "settings", key.settings())));
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean isOf(String digest) throws IOException {
        return Files.exists(file) && read().path("configuration").asText().equals(digest);
    }

    private JsonNode read() throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            // They only help to name a difference; the checkpoints themselves say what they are of.
            return JSON.missingNode();
        }
    }

    /** How a configuration differs from the saved one, as far as that is known. */
    String difference(String saved, StageKey key) throws IOException {
        String digests = saved + " instead of " + key.digest();
        if (!isOf(saved)) {
            return digests;
        }
        Map<String, String> settings =
                JSON.convertValue(read().path("settings"), new TypeReference<Map<String, String>>() {});
        List<String> differences = key.differences(settings);
        return differences.isEmpty() ? digests : String.join("; ", differences);
    }
}
