package dev.semantica.connectors.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a reader of a dataset sees. */
public final class Dataset {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Dataset() {}

    /** Names of the files below a folder that are not hidden, sorted. */
    public static List<String> files(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = folder.relativize(file).toString();
                    if (attributes.isRegularFile() && !name.startsWith(".")) {
                        names.add(name);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    // A draft that was put in its place while this looked on.
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Collections.sort(names);
        return names;
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
