package dev.semantica.training.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.pages.factor.PageAnnotation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/** The files that a source reads, and no others: what a run writes beside them must not change what they are. */
final class SourceInputs {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SourceInputs() {}

    /** Changes when a file is changed, comes or goes: names, sizes and times. */
    static String fingerprint(Path place) throws IOException {
        if (!Files.exists(place)) {
            throw new IOException(place + " does not exist; name a folder of pages, a tar shard or a pages.jsonl");
        }
        Path root = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
        StringBuilder listed = new StringBuilder();
        for (Path file : of(place)) {
            listed.append(root.relativize(file))
                    .append(':')
                    .append(Files.size(file))
                    .append(':')
                    .append(Files.getLastModifiedTime(file).toMillis())
                    .append('\n');
        }
        return DigestUtils.sha256Hex(listed.toString());
    }

    private static SortedSet<Path> of(Path place) throws IOException {
        SortedSet<Path> inputs = new TreeSet<>();
        if (!Files.isDirectory(place)) {
            inputs.add(place.toAbsolutePath());
            if (!PagePlaces.isShard(place)) {
                named(place, inputs);
            }
        } else {
            inFolder(place, inputs);
        }
        // What is named and not there is told of when the pages are read.
        inputs.removeIf(file -> !Files.isRegularFile(file));
        return inputs;
    }

    private static void inFolder(Path place, SortedSet<Path> inputs) throws IOException {
        for (Path entry : PagePlaces.children(place)) {
            if (PagePlaces.isPage(entry)) {
                for (Path file : PagePlaces.children(entry)) {
                    String name = file.getFileName().toString();
                    if (ImageFiles.isImage(name) || name.equals(PageAnnotation.FILE)) {
                        inputs.add(file);
                    }
                }
            } else if (PagePlaces.isShard(entry)) {
                inputs.add(entry);
            }
        }
    }

    /** What a manifest names. */
    private static void named(Path manifest, SortedSet<Path> inputs) throws IOException {
        Path base = manifest.toAbsolutePath().getParent();
        try (BufferedReader lines = Files.newBufferedReader(manifest)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                namedBy(line, base, inputs);
            }
        } catch (CharacterCodingException e) {
            throw new IOException(
                    manifest + " is no text in UTF-8; a source is a folder of pages, a tar shard or a pages.jsonl", e);
        }
    }

    /** What names nothing is told of when the pages are read. */
    private static void namedBy(String line, Path base, SortedSet<Path> inputs) {
        try {
            JsonNode page = JSON.readTree(line);
            if (page.has("shard")) {
                inputs.add(PagePlaces.inside(base, page.get("shard").asText()));
                return;
            }
            for (JsonNode image : page.path("images")) {
                inputs.add(PagePlaces.file(base, image));
            }
        } catch (JsonProcessingException | IllegalArgumentException ignored) {
            // Its text counts all the same: the manifest is an input itself.
        }
    }
}
