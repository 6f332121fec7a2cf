package dev.semantica.pages.factor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known of a page and of each of its images, as a page's folder keeps it in {@value #FILE}:
 * {@code {"format":"semantica-factors/1","page":{...},"images":{"0.png":{...}}}}.
 *
 * @param page what the page fixes
 * @param images what every image varies, by file name
 */
public record PageAnnotation(Factors page, Map<String, Factors> images) {

    /** The name of the file in a page's folder. */
    public static final String FILE = "factors.json";

    private static final String FORMAT = "semantica-factors/1";
    private static final int MOST_IMAGES = 10_000;

    /** Copies the images. */
    public PageAnnotation {
        images = Collections.unmodifiableMap(new TreeMap<>(images));
    }

    /**
     * Reads the annotation of a page's folder.
     *
     * @return empty if the folder has none
     * @throws AnnotationException if it is too large, no JSON, or not of this form
     * @throws IOException if the file cannot be read
     */
    public static Optional<PageAnnotation> ofFolder(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(read(file.toString(), in.readNBytes(AnnotationJson.MOST_BYTES + 1)));
        }
    }

    /**
     * Reads an annotation.
     *
     * @param source what to call it in errors
     * @param json its bytes, at most {@value AnnotationJson#MOST_BYTES}
     * @throws AnnotationException if it is too large, no JSON, or not of this form
     */
    public static PageAnnotation read(String source, byte[] json) throws AnnotationException {
        AnnotationJson reader = new AnnotationJson(source);
        JsonNode root = reader.parse(json);
        String format = root.path("format").asText("");
        if (!format.equals(FORMAT)) {
            throw reader.problem(
                    "\"format\" must be \"" + FORMAT + "\", but is \"" + AnnotationJson.cut(format) + "\"");
        }
        reader.refuseOthers(root, Set.of("format", "page", "images"));
        JsonNode images = root.path("images");
        if (!images.isObject()) {
            throw reader.problem("\"images\" must be an object of image names, but is " + AnnotationJson.form(images));
        }
        if (images.size() > MOST_IMAGES) {
            throw reader.problem("a page may have " + MOST_IMAGES + " images, but it names " + images.size());
        }
        Map<String, Factors> read = new TreeMap<>();
        for (Map.Entry<String, JsonNode> image : images.properties()) {
            String name = image.getKey();
            if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
                throw reader.problem("an image's name must be that of a file in the folder, but is \""
                        + AnnotationJson.cut(name) + "\"");
            }
            read.put(name, reader.factors(images, name));
        }
        return new PageAnnotation(reader.factors(root, "page"), read);
    }

    /** The bytes of the folder's file. */
    public byte[] toJson() {
        ObjectNode root = AnnotationJson.object();
        root.put("format", FORMAT);
        root.set("page", AnnotationJson.of(page));
        ObjectNode named = root.putObject("images");
        images.forEach((name, factors) -> named.set(name, AnnotationJson.of(factors)));
        return AnnotationJson.bytes(root);
    }
}
