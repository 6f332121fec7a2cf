package dev.semantica.connectors.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a reader of a dataset sees. */
public final class Dataset {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Dataset() {}

    /** Names of the files below a folder that are not hidden, sorted. */
    public static List<String> files(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .map(Path::toString)
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every line of every metadata.jsonl, with a check that its image is there, in the order of the files' names. */
    public static List<JsonNode> metadata(Path folder) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String file : files(folder)) {
            if (file.endsWith("metadata.jsonl")) {
                for (String line : Files.readAllLines(folder.resolve(file))) {
                    JsonNode metadata = JSON.readTree(line);
                    Path image = folder.resolve(file)
                            .resolveSibling(metadata.get("file_name").asText());
                    if (!Files.isRegularFile(image)) {
                        throw new AssertionError(image + " is missing");
                    }
                    lines.add(metadata);
                }
            }
        }
        return lines;
    }

    /** The sources of all examples. */
    public static List<String> sources(Path folder) throws IOException {
        return metadata(folder).stream()
                .map(line -> line.get("source").asText())
                .toList();
    }
}
