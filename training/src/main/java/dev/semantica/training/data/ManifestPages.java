package dev.semantica.training.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.pages.factor.Factors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pages that a manifest {@code pages.jsonl} lists, a line a page. */
final class ManifestPages {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path manifest;
    private final Path base;
    private final ImageFiles files;
    private final PageSource.SkipListener skipped;
    private final Map<Path, Shard> shards = new HashMap<>();

    ManifestPages(Path manifest, ImageFiles files, PageSource.SkipListener skipped) {
        this.manifest = manifest;
        this.base = manifest.toAbsolutePath().getParent();
        this.files = files;
        this.skipped = skipped;
    }

    void forEach(int paper, PageSource.PageConsumer action) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(manifest)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                try {
                    action.accept(page(JSON.readTree(line), paper));
                } catch (JsonProcessingException | IllegalArgumentException e) {
                    skipped.skipped(
                            "line " + number + " of " + manifest.getFileName(),
                            "it says no page: "
                                    + (e instanceof JsonProcessingException json
                                            ? json.getOriginalMessage()
                                            : e.getMessage()));
                }
            }
        }
    }

    private SourcePage page(JsonNode line, int paper) {
        String page = line.path("page").asText("");
        if (page.isEmpty()) {
            throw new IllegalArgumentException("\"page\" is missing");
        }
        String label = line.path("label").asText("");
        String source = String.valueOf(manifest.getFileName());
        if (line.has("shard")) {
            Shard shard = shards.computeIfAbsent(
                    PagePlaces.inside(base, line.get("shard").asText()), key -> new Shard(key, files, skipped));
            List<String> names = new ArrayList<>();
            for (JsonNode image : line.path("images")) {
                String name = PagePlaces.name(image);
                if (shard.holds(name) && ImageFiles.isImage(name)) {
                    names.add(name);
                } else {
                    skipped.skipped("image " + name + " of page " + page, "the shard holds no such picture");
                }
            }
            return shard.page(source, page, label, names, paper);
        }
        int colour = ImageFiles.paper(page, paper);
        List<SourcePage.Image> images = new ArrayList<>();
        for (JsonNode image : line.path("images")) {
            if (images.size() == FileSource.MOST_IMAGES) {
                break;
            }
            try {
                Path file = PagePlaces.file(base, image);
                images.add(new SourcePage.Image(
                        file.getFileName().toString(), Factors.NONE, () -> files.read(file, colour)));
            } catch (IllegalArgumentException e) {
                skipped.skipped("image of page " + page, e.getMessage());
            }
        }
        return new SourcePage(PageNames.id(source, page, paper), label, Factors.NONE, images);
    }
}
