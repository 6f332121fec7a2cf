package dev.semantica.training.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.pages.factor.AnnotationException;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.ImageAnnotation;
import dev.semantica.pages.factor.PageAnnotation;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Pages on disk, in any of three forms: a folder whose sub-folders are pages; tar shards (WebDataset), in which the name
 * up to the first dot is the page; or a manifest {@code pages.jsonl}, a line a page. A page whose pictures are transparent
 * can come several times, on papers of different colours, the same for all its images.
 */
final class FileSource implements PageSource {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_IMAGES = 1000;

    private final Path place;
    private final int papers;
    private final ImageFiles files = new ImageFiles(InstantSource.system());

    /**
     * Reads pages.
     *
     * @param place a folder, a tar shard or a manifest
     * @param papers how often a page comes, each time on another paper; 1: on white
     */
    FileSource(Path place, int papers) {
        this.place = place;
        this.papers = papers;
    }

    @Override
    public Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("type", "files");
        described.put("name", String.valueOf(place.getFileName()));
        described.put("papers", papers);
        return described;
    }

    @Override
    public String fingerprint() throws IOException {
        Path root = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
        StringBuilder listed = new StringBuilder();
        for (Path file : inputs()) {
            listed.append(root.relativize(file))
                    .append(':')
                    .append(Files.size(file))
                    .append(':')
                    .append(Files.getLastModifiedTime(file).toMillis())
                    .append('\n');
        }
        return Digests.sha256(listed.toString());
    }

    /** The files that are read, and no others: what a run writes beside them must not change what they are. */
    private SortedSet<Path> inputs() throws IOException {
        SortedSet<Path> inputs = new TreeSet<>();
        if (!Files.isDirectory(place)) {
            inputs.add(place.toAbsolutePath());
            if (!isShard(place)) {
                named(inputs);
            }
            return inputs;
        }
        for (Path entry : children(place)) {
            if (isPage(entry)) {
                for (Path file : children(entry)) {
                    String name = file.getFileName().toString();
                    if (ImageFiles.isImage(name) || name.equals(PageAnnotation.FILE)) {
                        inputs.add(file);
                    }
                }
            } else if (isShard(entry)) {
                inputs.add(entry);
            }
        }
        return inputs;
    }

    /** What a manifest names and what is there. */
    private void named(SortedSet<Path> inputs) throws IOException {
        Path base = place.toAbsolutePath().getParent();
        try (BufferedReader lines = Files.newBufferedReader(place)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                namedBy(line, base, inputs);
            }
        }
        inputs.removeIf(file -> !Files.isRegularFile(file));
    }

    /** What names nothing is told of when the pages are read. */
    private static void namedBy(String line, Path base, SortedSet<Path> inputs) {
        try {
            JsonNode page = JSON.readTree(line);
            if (page.has("shard")) {
                inputs.add(inside(base, page.get("shard").asText()));
                return;
            }
            for (JsonNode image : page.path("images")) {
                inputs.add(file(base, image));
            }
        } catch (JsonProcessingException | IllegalArgumentException ignored) {
            // Its text counts all the same: the manifest is an input itself.
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }

    private static boolean isPage(Path entry) {
        return Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".");
    }

    private static boolean isShard(Path entry) {
        return ImageFiles.extension(entry.toString()).equals("tar");
    }

    @Override
    public void forEach(PageConsumer action, SkipListener skipped) throws IOException {
        if (!Files.exists(place)) {
            throw new IOException(place + " does not exist; name a folder of pages, a tar shard or a pages.jsonl");
        }
        for (int paper = 0; paper < papers; paper++) {
            if (Files.isDirectory(place)) {
                folder(paper, action, skipped);
            } else if (isShard(place)) {
                shard(place, paper, action, skipped);
            } else {
                manifest(paper, action, skipped);
            }
        }
    }

    private void folder(int paper, PageConsumer action, SkipListener skipped) throws IOException {
        for (Path entry : children(place)) {
            if (isPage(entry)) {
                accept(page(entry, paper, skipped), action, skipped);
            } else if (isShard(entry)) {
                shard(entry, paper, action, skipped);
            }
        }
    }

    private SourcePage page(Path folder, int paper, SkipListener skipped) throws IOException {
        String name = folder.getFileName().toString();
        Optional<PageAnnotation> annotation = Optional.empty();
        try {
            annotation = PageAnnotation.ofFolder(folder);
        } catch (AnnotationException e) {
            skipped.skipped("annotation of " + name, e.getMessage());
        }
        List<Path> pictures;
        try (Stream<Path> found = Files.list(folder)) {
            pictures = found.filter(file -> ImageFiles.isImage(file.toString()))
                    .sorted(Comparator.comparing(Path::toString))
                    .limit(MOST_IMAGES)
                    .toList();
        }
        int colour = ImageFiles.paper(name, paper);
        List<SourcePage.Image> images = new ArrayList<>();
        for (Path picture : pictures) {
            String file = picture.getFileName().toString();
            Factors factors = annotation.map(found -> found.images().get(file)).orElse(Factors.NONE);
            images.add(new SourcePage.Image(
                    file, factors == null ? Factors.NONE : factors, () -> files.read(picture, colour)));
        }
        Factors factors = annotation.map(PageAnnotation::page).orElse(Factors.NONE);
        return new SourcePage(id(name, paper), factors.category("kind").orElse(""), factors, images);
    }

    private void shard(Path file, int paper, PageConsumer action, SkipListener skipped) throws IOException {
        Shard shard = new Shard(file, files, skipped);
        for (Map.Entry<String, List<String>> page : shard.pages().entrySet()) {
            accept(shardPage(shard, page.getKey(), "", page.getValue(), paper), action, skipped);
        }
    }

    /** A page of a shard's members; its factors are what the first annotated image says of it. */
    private SourcePage shardPage(Shard shard, String page, String label, List<String> names, int paper) {
        int colour = ImageFiles.paper(page, paper);
        Factors factors = Factors.NONE;
        List<SourcePage.Image> images = new ArrayList<>();
        for (String name : names.subList(0, Math.min(MOST_IMAGES, names.size()))) {
            ImageAnnotation annotation = shard.annotation(name);
            if (factors.values().isEmpty()) {
                factors = annotation.page();
            }
            images.add(shard.image(name, annotation.image(), colour));
        }
        String named = label.isEmpty() ? factors.category("kind").orElse("") : label;
        return new SourcePage(id(page, paper), named, factors, images);
    }

    private void manifest(int paper, PageConsumer action, SkipListener skipped) throws IOException {
        Map<Path, Shard> shards = new HashMap<>();
        Path base = place.toAbsolutePath().getParent();
        try (BufferedReader lines = Files.newBufferedReader(place)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                try {
                    accept(listed(JSON.readTree(line), base, shards, paper, skipped), action, skipped);
                } catch (JsonProcessingException | IllegalArgumentException e) {
                    skipped.skipped(
                            "line " + number + " of " + place.getFileName(), "it says no page: " + e.getMessage());
                }
            }
        }
    }

    private SourcePage listed(JsonNode line, Path base, Map<Path, Shard> shards, int paper, SkipListener skipped) {
        String page = line.path("page").asText("");
        if (page.isEmpty()) {
            throw new IllegalArgumentException("\"page\" is missing");
        }
        String label = line.path("label").asText("");
        if (line.has("shard")) {
            Shard shard = shards.computeIfAbsent(
                    inside(base, line.get("shard").asText()), key -> new Shard(key, files, skipped));
            List<String> names = new ArrayList<>();
            for (JsonNode image : line.path("images")) {
                String name = name(image);
                if (shard.holds(name) && ImageFiles.isImage(name)) {
                    names.add(name);
                } else {
                    skipped.skipped("image " + name + " of page " + page, "the shard holds no such picture");
                }
            }
            return shardPage(shard, page, label, names, paper);
        }
        int colour = ImageFiles.paper(page, paper);
        List<SourcePage.Image> images = new ArrayList<>();
        for (JsonNode image : line.path("images")) {
            if (images.size() == MOST_IMAGES) {
                break;
            }
            try {
                Path file = file(base, image);
                images.add(new SourcePage.Image(
                        file.getFileName().toString(), Factors.NONE, () -> files.read(file, colour)));
            } catch (IllegalArgumentException e) {
                skipped.skipped("image of page " + page, e.getMessage());
            }
        }
        return new SourcePage(id(page, paper), label, Factors.NONE, images);
    }

    private static String name(JsonNode image) {
        return image.isTextual() ? image.asText() : image.path("file").asText("");
    }

    /** The file that an image of a manifest names, by its place below the manifest or by a file: URI. */
    private static Path file(Path base, JsonNode image) {
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
    private static Path inside(Path base, String name) {
        Path file = base.resolve(name).normalize();
        if (!file.startsWith(base)) {
            throw new IllegalArgumentException("\"" + name + "\" lies outside of the manifest's folder");
        }
        return file;
    }

    private String id(String page, int paper) {
        return place.getFileName() + "/" + page + (paper == 0 ? "" : "#" + paper);
    }

    private static void accept(SourcePage page, PageConsumer action, SkipListener skipped) throws IOException {
        if (page.images().isEmpty()) {
            skipped.skipped("page " + page.id(), "it has no image");
        } else {
            action.accept(page);
        }
    }
}
