package dev.semantica.evaluation.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Lists the images of folders and WebDataset shards with what is written about them: a line of a {@code metadata.jsonl},
 * as Hugging Face's imagefolder reads it, or a shard's {@code .json} and {@code .cls} members.
 */
final class ImageScan {

    static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff");

    private static final String METADATA = "metadata.jsonl";
    private static final long MOST_BYTES = 64 << 20;
    private static final int SHOWN = 5;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path root;
    private final List<Found> images = new ArrayList<>();
    private final Map<String, JsonNode> lines = new HashMap<>();
    private final List<Path> manifests = new ArrayList<>();

    /**
     * An image.
     *
     * @param id path within the root, or the member's name in its shard
     * @param label by its place: folder, {@code .cls}, or sample's name; empty if it has none
     * @param metadata an object of JSON, or missing
     * @param content gives the file's bytes
     */
    record Found(String id, String label, JsonNode metadata, LabelledImage.Content content) {}

    private ImageScan(Path root) {
        this.root = root;
    }

    /**
     * Lists, sorted by id; reads no image.
     *
     * @throws IOException if it cannot be listed, holds no image, or its metadata is wrong
     */
    static List<Found> of(Path place) throws IOException {
        if (!Files.exists(place)) {
            throw new IOException(place + " does not exist; name a folder of images or a tar shard");
        }
        ImageScan scan = new ImageScan(place);
        if (Files.isRegularFile(place)) {
            scan.addShard(place);
        } else {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    scan.add(file);
                }
            }
        }
        if (scan.images.isEmpty()) {
            throw new IOException(
                    place + " holds no image; looked for " + new TreeSet<>(EXTENSIONS) + " in folders and .tar shards");
        }
        scan.describe();
        scan.images.sort(Comparator.comparing(Found::id));
        return List.copyOf(scan.images);
    }

    private void add(Path file) throws IOException {
        String id = id(file);
        if (id.startsWith(".") || id.contains("/.")) {
            return;
        }
        if (file.getFileName().toString().equals(METADATA)) {
            manifests.add(file);
        } else if (extension(id).equals("tar")) {
            addShard(file);
        } else if (EXTENSIONS.contains(extension(id))) {
            int slash = id.lastIndexOf('/');
            images.add(new Found(
                    id, slash < 0 ? "" : id.substring(0, slash), MissingNode.getInstance(), () -> readFile(file)));
        }
    }

    private String id(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** Gives the images the lines that name them. */
    private void describe() throws IOException {
        for (Path manifest : manifests) {
            readLines(manifest);
        }
        for (int i = 0; i < images.size(); i++) {
            Found image = images.get(i);
            JsonNode line = lines.remove(image.id());
            if (line != null) {
                images.set(i, new Found(image.id(), image.label(), line, image.content()));
            }
        }
        if (!lines.isEmpty()) {
            throw new IOException(METADATA + " of " + root + " names " + lines.size() + " images that are not there: "
                    + lines.keySet().stream().sorted().limit(SHOWN).toList() + "; copy the dataset whole");
        }
    }

    private void readLines(Path manifest) throws IOException {
        if (Files.size(manifest) > 16 * MOST_BYTES) {
            throw new IOException(
                    manifest + " has " + Files.size(manifest) + " bytes; at most " + 16 * MOST_BYTES + " are read");
        }
        int number = 0;
        for (String text : Files.readAllLines(manifest, StandardCharsets.UTF_8)) {
            number++;
            if (text.isBlank()) {
                continue;
            }
            String where = manifest + ", line " + number;
            JsonNode line = described(text, where)
                    .orElseThrow(() -> new IOException(where + " is no object of JSON; mend it or take it out"));
            String file = line.path("file_name").asText("");
            if (file.isEmpty()) {
                throw new IOException(where + " has no file_name");
            }
            // Where it leads does not matter: it is compared with what was found, never opened.
            lines.put(id(manifest.resolveSibling(file).normalize()), line);
        }
    }

    /** A shard may hold JSON of any kind; only objects describe an image. */
    private static Optional<JsonNode> described(String text, String where) throws IOException {
        try {
            return Optional.of(JSON.readTree(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            throw new IOException(where + " is no JSON: " + e.getOriginalMessage() + "; mend it or take it out", e);
        }
    }

    private void addShard(Path shard) throws IOException {
        Map<String, String> labels = new HashMap<>();
        Map<String, JsonNode> written = new HashMap<>();
        List<TarArchiveEntry> pictures = new ArrayList<>();
        try (TarFile tar = new TarFile(shard)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                String name = entry.getName();
                if (!entry.isFile()) {
                    continue;
                }
                if (extension(name).equals("cls")) {
                    labels.put(sample(name), text(shard, entry).strip());
                } else if (extension(name).equals("json")) {
                    described(text(shard, entry), name + " of " + shard)
                            .ifPresent(object -> written.put(stem(name), object));
                } else if (EXTENSIONS.contains(extension(name))) {
                    pictures.add(entry);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(shard + " is no whole tar file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(shard + " cannot be read: " + e.getMessage(), e);
        }
        for (TarArchiveEntry picture : pictures) {
            String sample = sample(picture.getName());
            images.add(new Found(
                    picture.getName(),
                    labels.getOrDefault(sample, sample),
                    // An image's own, else its sample's.
                    written.getOrDefault(
                            stem(picture.getName()), written.getOrDefault(sample, MissingNode.getInstance())),
                    () -> read(shard, picture.getDataOffset(), picture.getSize())));
        }
    }

    private static String text(Path shard, TarArchiveEntry entry) throws IOException {
        return new String(read(shard, entry.getDataOffset(), entry.getSize()), StandardCharsets.UTF_8);
    }

    private static byte[] readFile(Path file) throws IOException {
        requireSmall(Files.size(file), file);
        return Files.readAllBytes(file);
    }

    private static byte[] read(Path shard, long offset, long size) throws IOException {
        requireSmall(size, shard);
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        try (FileChannel channel = FileChannel.open(shard)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offset + bytes.position()) < 0) {
                    throw new IOException(shard + " was cut off at byte " + (offset + bytes.position()));
                }
            }
        }
        return bytes.array();
    }

    private static void requireSmall(long size, Path place) throws IOException {
        if (size > MOST_BYTES) {
            throw new IOException("a file of " + size + " bytes in " + place + "; at most " + MOST_BYTES + " are read");
        }
    }

    /** A sample's name: its folder and what stands before the first dot of the file. */
    private static String sample(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** A member's name without its last extension. */
    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') ? name : name.substring(0, dot);
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
