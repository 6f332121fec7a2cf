package dev.semantica.training.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where pages lie on the disk, and what a manifest may name. */
final class PagePlaces {

    private PagePlaces() {}

    static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }

    static boolean isPage(Path entry) {
        return Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".");
    }

    static boolean isShard(Path entry) {
        return ImageFiles.extension(entry.toString()).equals("tar");
    }

    /** What an image of a manifest is called; empty if it is not. */
    static String name(JsonNode image) {
        return image.isTextual() ? image.asText() : image.path("file").asText("");
    }

    /** The file that an image of a manifest names, by its place below the manifest or by a file: URI. */
    static Path file(Path base, JsonNode image) {
        if (!name(image).isEmpty()) {
            return inside(base, name(image));
        }
        URI uri = URI.create(image.path("uri").asText(""));
        if (!"file".equals(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "an image needs a \"file\" or a \"uri\" that starts with file:, but is " + image);
        }
        return Path.of(uri);
    }

    /** A manifest may name only what lies beside or below it. */
    static Path inside(Path base, String name) {
        Path file = base.resolve(name).normalize();
        if (!file.startsWith(base)) {
            throw new IllegalArgumentException("\"" + name + "\" lies outside of the manifest's folder");
        }
        return file;
    }
}
