package dev.semantica.sampler.diffusers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.semantica.onnx.ExternalData;
import dev.semantica.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of an export. It may come from anywhere: no file outside of it is read, and sizes are looked at first. */
final class ExportFolder {

    private static final long MAX_JSON_BYTES = 1 << 20;
    private static final long MAX_DATA_BYTES = 64L << 30;
    private static final int MAX_DATA_FILES = 4096;
    private static final int MAX_ENTRIES = 10_000;

    /** Names, separated by slashes, that are neither hidden nor lead upwards. */
    private static final Pattern LOCATION =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._:+-]*(/[A-Za-z0-9_][A-Za-z0-9._:+-]*){0,8}");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxStringLength(100_000)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path directory;
    private final List<String> problems;

    ExportFolder(Path directory, List<String> problems) {
        this.directory = directory;
        this.problems = problems;
    }

    boolean has(String name) {
        return Files.exists(directory.resolve(name));
    }

    /** A configuration file, if it exists and can be read. */
    Optional<ConfigFile> config(String name) {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (!isInside(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MAX_JSON_BYTES) {
                problems.add(file + " is larger than " + MAX_JSON_BYTES + " bytes; this is no configuration");
                return Optional.empty();
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                problems.add(file + ": expected a JSON object");
                return Optional.empty();
            }
            return Optional.of(new ConfigFile(name, root, problems));
        } catch (IOException e) {
            problems.add(file + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The graph of a part, if it exists and can be read: model.onnx, or the only ONNX file there. */
    Optional<ExportedGraph> graph(String part) {
        Path folder = directory.resolve(part);
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            Path file = folder.resolve("model.onnx");
            if (!Files.exists(file)) {
                List<Path> candidates;
                try (Stream<Path> entries = Files.list(folder)) {
                    candidates = entries.limit(MAX_ENTRIES)
                            .filter(entry -> entry.toString().endsWith(".onnx"))
                            .toList();
                }
                if (candidates.size() != 1) {
                    problems.add(folder + ": expected one graph, model.onnx, found " + candidates.size()
                            + " ONNX files; export the pipeline to ONNX, for example with Optimum");
                    return Optional.empty();
                }
                file = candidates.get(0);
            }
            return graph(part, file);
        } catch (IOException e) {
            problems.add(folder + ": the graph cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** A graph of any name, if it can be read. */
    Optional<ExportedGraph> graphAt(Path file) {
        try {
            return graph("encoder", file);
        } catch (IOException e) {
            problems.add(file + ": the graph cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<ExportedGraph> graph(String part, Path file) throws IOException {
        if (!isInside(file)) {
            return Optional.empty();
        }
        OnnxModel model = OnnxModel.read(file);
        Optional<SortedMap<String, Path>> data = data(file, model);
        return data.isEmpty() ? Optional.empty() : Optional.of(ExportedGraph.of(part, file, model, data.orElseThrow()));
    }

    /** The files that hold weights of the graph; empty if one is wrong. */
    private Optional<SortedMap<String, Path>> data(Path graph, OnnxModel model) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        long bytes = 0;
        for (ExternalData data : model.externalData()) {
            Path file = files.get(data.location());
            if (file == null) {
                file = locate(graph, data.location());
                if (file == null) {
                    return Optional.empty();
                }
                files.put(data.location(), file);
                bytes += Files.size(file);
                if (files.size() > MAX_DATA_FILES || bytes > MAX_DATA_BYTES) {
                    problems.add(graph + " has its weights in more than " + MAX_DATA_FILES + " files or "
                            + MAX_DATA_BYTES + " bytes; save it with all external data in one file");
                    return Optional.empty();
                }
            }
            long size = Files.size(file);
            if (data.offset() > size || data.length() > size - data.offset()) {
                problems.add(file + " has " + size + " bytes, but " + graph + " takes weights from beyond its end;"
                        + " copy the export whole");
                return Optional.empty();
            }
        }
        return Optional.of(files);
    }

    private Path locate(Path graph, String location) throws IOException {
        if (!LOCATION.matcher(location).matches() || graph.endsWith(location)) {
            problems.add(graph + " names '" + location + "' as a file of weights; only files in its own folder are"
                    + " read, and names of letters, digits, '.', '_', '-', '+', ':'");
            return null;
        }
        try {
            Path file = graph.resolveSibling(location);
            return isInside(file) ? file : null;
        } catch (InvalidPathException e) {
            problems.add(graph + " names '" + location + "' as a file of weights: " + e.getMessage());
            return null;
        }
    }

    /** Whether a file is there and, links followed, inside; if not, says so. */
    private boolean isInside(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            problems.add(file + " does not exist; copy the export whole");
            return false;
        }
        if (!file.toRealPath().startsWith(directory.toRealPath())) {
            problems.add(file + " is a link to a file outside of " + directory
                    + ", which is not followed; copy the export with its links resolved (cp -rL)");
            return false;
        }
        return true;
    }
}
