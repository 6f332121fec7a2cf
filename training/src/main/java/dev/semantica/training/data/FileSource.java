package dev.semantica.training.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.pages.factor.AnnotationException;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.PageAnnotation;
import java.io.BufferedReader;
import java.io.IOException;
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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

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
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                listed.append(root.relativize(file))
                        .append(':')
                        .append(Files.size(file))
                        .append(':')
                        .append(Files.getLastModifiedTime(file).toMillis())
                        .append('\n');
            }
        }
        return Digests.sha256(listed.toString());
    }

    @Override
    public void forEach(PageConsumer action, SkipListener skipped) throws IOException {
        if (!Files.exists(place)) {
            throw new IOException(place + " does not exist; name a folder of pages, a tar shard or a pages.jsonl");
        }
        for (int paper = 0; paper < papers; paper++) {
            if (Files.isDirectory(place)) {
                folder(paper, action, skipped);
            } else if (ImageFiles.extension(place.toString()).equals("tar")) {
                shard(place, paper, action, skipped);
            } else {
                manifest(paper, action, skipped);
            }
        }
    }

    private void folder(int paper, PageConsumer action, SkipListener skipped) throws IOException {
        List<Path> entries;
        try (Stream<Path> found = Files.list(place)) {
            entries = found.sorted().toList();
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".")) {
                accept(page(entry, paper, skipped), action, skipped);
            } else if (ImageFiles.extension(entry.toString()).equals("tar")) {
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

    private void shard(Path shard, int paper, PageConsumer action, SkipListener skipped) throws IOException {
        Map<String, List<TarArchiveEntry>> pages = new LinkedHashMap<>();
        for (TarArchiveEntry entry : entries(shard, skipped)) {
            if (entry.isFile() && ImageFiles.isImage(entry.getName())) {
                int slash = entry.getName().lastIndexOf('/');
                int dot = entry.getName().indexOf('.', slash + 1);
                pages.computeIfAbsent(entry.getName().substring(0, dot), page -> new ArrayList<>())
                        .add(entry);
            }
        }
        for (Map.Entry<String, List<TarArchiveEntry>> page : pages.entrySet()) {
            int colour = ImageFiles.paper(page.getKey(), paper);
            List<SourcePage.Image> images = page.getValue().stream()
                    .limit(MOST_IMAGES)
                    .map(entry ->
                            new SourcePage.Image(entry.getName(), Factors.NONE, () -> files.read(shard, entry, colour)))
                    .toList();
            accept(new SourcePage(id(page.getKey(), paper), "", Factors.NONE, images), action, skipped);
        }
    }

    private static List<TarArchiveEntry> entries(Path shard, SkipListener skipped) {
        try (TarFile tar = new TarFile(shard)) {
            return tar.getEntries();
        } catch (IOException | IllegalArgumentException e) {
            skipped.skipped("shard " + shard.getFileName(), "it is no whole tar file: " + e.getMessage());
            return List.of();
        }
    }

    private void manifest(int paper, PageConsumer action, SkipListener skipped) throws IOException {
        Map<Path, Map<String, TarArchiveEntry>> shards = new HashMap<>();
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
                } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
                    skipped.skipped(
                            "line " + number + " of " + place.getFileName(), "it says no page: " + e.getMessage());
                }
            }
        }
    }

    private SourcePage listed(
            JsonNode line, Path base, Map<Path, Map<String, TarArchiveEntry>> shards, int paper, SkipListener skipped) {
        String page = line.path("page").asText("");
        if (page.isEmpty()) {
            throw new IllegalArgumentException("\"page\" is missing");
        }
        int colour = ImageFiles.paper(page, paper);
        List<SourcePage.Image> images = new ArrayList<>();
        for (JsonNode image : line.path("images")) {
            String name =
                    image.isTextual() ? image.asText() : image.path("file").asText("");
            if (images.size() >= MOST_IMAGES || name.isEmpty()) {
                continue;
            }
            if (line.has("shard")) {
                Path shard = inside(base, line.get("shard").asText());
                TarArchiveEntry entry = shards.computeIfAbsent(shard, key -> byName(key, skipped))
                        .get(name);
                if (entry == null) {
                    skipped.skipped(name + " of " + page, "the shard holds no such file");
                } else {
                    images.add(new SourcePage.Image(name, Factors.NONE, () -> files.read(shard, entry, colour)));
                }
            } else {
                Path file = inside(base, name);
                images.add(new SourcePage.Image(name, Factors.NONE, () -> files.read(file, colour)));
            }
        }
        return new SourcePage(id(page, paper), line.path("label").asText(""), Factors.NONE, images);
    }

    /** A manifest may name only what lies beside or below it. */
    private static Path inside(Path base, String name) {
        Path file = base.resolve(name).normalize();
        if (!file.startsWith(base)) {
            throw new IllegalArgumentException("\"" + name + "\" lies outside of the manifest's folder");
        }
        return file;
    }

    private static Map<String, TarArchiveEntry> byName(Path shard, SkipListener skipped) {
        Map<String, TarArchiveEntry> named = new TreeMap<>();
        entries(shard, skipped).forEach(entry -> named.put(entry.getName(), entry));
        return named;
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
