package dev.semantica.console.augment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Variation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A folder whose {@code images} hold a dataset (ImageFolder layout: sub-folders are labels) that grows picture by
 * picture. A picture appears under its name only when it is whole; its line in {@code metadata.jsonl} follows. What has
 * a line is done, and a later run with the same settings leaves it alone.
 */
final class OutputFolder implements AutoCloseable, Existing {

    /** The dataset; contact sheet and page lie beside it, so that loaders see nothing but the dataset. */
    static final String IMAGES = "images";

    private static final String METADATA = "metadata.jsonl";
    /** Holds what is not part of the dataset: settings, unfinished files, the embedded broker's data. */
    private static final String PRIVATE = ".semantica";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Comparator<MetadataLine> ORDER =
            Comparator.comparing(MetadataLine::source).thenComparingInt(MetadataLine::index);

    private final Path root;
    private final Path images;
    private final FileChannel lock;
    private final Map<String, SourceImage> sources;
    private final Map<String, String> stems;
    private final Map<String, TreeMap<Integer, MetadataLine>> done = new HashMap<>();
    private final BufferedWriter metadata;
    private final AtomicLong filesBegun = new AtomicLong();

    /**
     * Opens a folder, new or begun by an earlier run.
     *
     * @throws ConfigurationException if another process writes to it, if it was begun with other settings, or if it
     *     holds files but was not made by this command
     */
    static OutputFolder open(Path root, RunSettings settings, List<SourceImage> sources) throws IOException {
        Path settingsFile = root.resolve(PRIVATE).resolve("run.json");
        if (Files.isDirectory(root) && !Files.exists(settingsFile) && !isEmpty(root)) {
            throw new ConfigurationException(
                    "Output folder " + root + " holds files of something else; name a new or empty folder with --out");
        }
        Files.createDirectories(settingsFile.getParent());
        FileChannel lock = FileChannel.open(
                root.resolve(PRIVATE).resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!tryLock(lock)) {
                throw new ConfigurationException(
                        "Another semantica process writes to " + root + "; wait for it or name another --out");
            }
            checkSettings(root, settingsFile, settings);
            return new OutputFolder(root, lock, sources);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private OutputFolder(Path root, FileChannel lock, List<SourceImage> sources) throws IOException {
        this.root = root;
        this.images = Files.createDirectories(root.resolve(IMAGES));
        this.lock = lock;
        this.sources = new HashMap<>();
        sources.forEach(source -> this.sources.put(source.id(), source));
        this.stems = stems(sources);
        deleteUnfinished();
        List<MetadataLine> kept = readMetadata();
        kept.forEach(this::remember);
        writeWhole(images.resolve(METADATA), kept);
        this.metadata =
                Files.newBufferedWriter(images.resolve(METADATA), StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    /** Where the folder is. */
    Path root() {
        return root;
    }

    /** Where a run may keep what is not part of the dataset. */
    Path privateFolder(String name) {
        return root.resolve(PRIVATE).resolve(name);
    }

    @Override
    public synchronized Map<Integer, MetadataLine> done(String imageId) {
        return new TreeMap<>(done.getOrDefault(imageId, new TreeMap<>()));
    }

    /**
     * Writes one variation, unless it is there already.
     *
     * @param image its picture, taken out of a store where it came by reference
     * @return whether it was new
     * @throws IllegalArgumentException if its image is none of this run's
     */
    synchronized boolean write(Variation variation, InlineImage image) throws IOException {
        SourceImage source = sources.get(variation.getImageId());
        if (source == null) {
            throw new IllegalArgumentException("No picture of this run is called " + variation.getImageId());
        }
        if (done.getOrDefault(source.id(), new TreeMap<>()).containsKey(variation.getIndex())) {
            return false;
        }
        String extension = "image/jpeg".equals(image.getMediaType()) ? "jpg" : "png";
        String fileName = "%s_%03d.%s".formatted(stems.get(source.id()), variation.getIndex(), extension);
        moveIntoPlace(fileName, image.getData());
        MetadataLine line = MetadataLine.of(fileName, variation);
        metadata.write(toJson(line));
        metadata.newLine();
        metadata.flush();
        remember(line);
        return true;
    }

    @Override
    public synchronized void forget(String imageId) {
        done.remove(imageId);
    }

    /** Puts the metadata into a stable order; call when nothing more comes. */
    synchronized void finish() throws IOException {
        metadata.flush();
        List<MetadataLine> all = new ArrayList<>();
        done.values().forEach(lines -> all.addAll(lines.values()));
        all.sort(ORDER);
        writeWhole(images.resolve(METADATA), all);
    }

    @Override
    public synchronized void close() throws IOException {
        try (lock) {
            metadata.close();
        }
    }

    private void remember(MetadataLine line) {
        done.computeIfAbsent(line.source(), id -> new TreeMap<>()).put(line.index(), line);
    }

    private void moveIntoPlace(String fileName, ByteBuffer bytes) throws IOException {
        Path target = images.resolve(fileName);
        Files.createDirectories(target.getParent());
        Path unfinished = unfinished();
        try (FileChannel channel =
                FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void writeWhole(Path file, Collection<MetadataLine> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(toJson(line)).append('\n'));
        writeWhole(file, text.toString());
    }

    /** Where a picture of the dataset lies. */
    Path imageFile(String fileName) {
        return images.resolve(fileName);
    }

    /** Replaces a file in one step. */
    void writeWhole(Path file, String text) throws IOException {
        writeWhole(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a file in one step. */
    void writeWhole(Path file, byte[] bytes) throws IOException {
        Path unfinished = unfinished();
        Files.write(unfinished, bytes, StandardOpenOption.CREATE_NEW);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** No temporary file of the platform's: nobody but its owner could read it, in its place too. */
    private Path unfinished() throws IOException {
        return Files.createDirectories(privateFolder("unfinished"))
                .resolve(Long.toString(filesBegun.incrementAndGet()));
    }

    private List<MetadataLine> readMetadata() throws IOException {
        Path file = images.resolve(METADATA);
        if (!Files.exists(file)) {
            return List.of();
        }
        List<MetadataLine> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            // A run that was killed may leave half a line; its picture is then made again.
            MetadataLine line = parse(text);
            if (line != null && Files.exists(images.resolve(line.fileName()))) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static MetadataLine parse(String text) {
        try {
            return JSON.readValue(text, MetadataLine.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private void deleteUnfinished() throws IOException {
        Path folder = privateFolder("unfinished");
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void checkSettings(Path root, Path file, RunSettings settings) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, toJson(settings) + "\n");
            return;
        }
        RunSettings begun;
        try {
            begun = JSON.readValue(Files.readString(file), RunSettings.class);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(file + " is damaged (" + e.getOriginalMessage()
                    + "); name another --out, or delete " + root + " to begin again");
        }
        if (!begun.equals(settings)) {
            throw new ConfigurationException(
                    "Output folder " + root + " was begun with " + toJson(begun) + ", this run has " + toJson(settings)
                            + "; use the same settings to continue it, or another --out");
        }
    }

    private static String toJson(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    /** A picture's name without its extension, or with it where two pictures differ in that alone. */
    private static Map<String, String> stems(List<SourceImage> sources) {
        Set<String> seen = new HashSet<>();
        Set<String> shared = new HashSet<>();
        for (SourceImage source : sources) {
            if (!seen.add(stem(source.id()))) {
                shared.add(stem(source.id()));
            }
        }
        Map<String, String> stems = new HashMap<>();
        for (SourceImage source : sources) {
            String stem = stem(source.id());
            stems.put(source.id(), shared.contains(stem) ? source.id() : stem);
        }
        return stems;
    }

    private static String stem(String id) {
        int dot = id.lastIndexOf('.');
        return dot > id.lastIndexOf('/') + 1 ? id.substring(0, dot) : id;
    }
}
