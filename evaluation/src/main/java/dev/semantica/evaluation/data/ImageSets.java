package dev.semantica.evaluation.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Finds the images of a set: a folder (ImageFolder: sub-folders are labels; or flat), with tar shards in it or a shard
 * itself (WebDataset: files of one sample share the name up to the first dot; the label is the text of its {@code .cls}
 * file, else that name).
 */
public final class ImageSets {

    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff");
    private static final long MOST_BYTES = 64 << 20;

    private ImageSets() {}

    /**
     * Lists a set, sorted by id; reads no image.
     *
     * @throws IOException if it cannot be listed or holds no image
     */
    public static List<LabelledImage> of(Path place) throws IOException {
        if (!Files.exists(place)) {
            throw new IOException(place + " does not exist; name a folder of images or a tar shard");
        }
        List<LabelledImage> images = new ArrayList<>();
        if (Files.isRegularFile(place)) {
            addShard(place, images);
        } else {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    add(place, file, images);
                }
            }
        }
        if (images.isEmpty()) {
            throw new IOException(place + " holds no image; looked for " + EXTENSIONS + " in folders and .tar shards");
        }
        images.sort(Comparator.comparing(LabelledImage::id));
        return List.copyOf(images);
    }

    private static void add(Path root, Path file, List<LabelledImage> images) throws IOException {
        String id = root.relativize(file).toString().replace('\\', '/');
        if (id.startsWith(".") || id.contains("/.")) {
            return;
        }
        if (extension(id).equals("tar")) {
            addShard(file, images);
        } else if (EXTENSIONS.contains(extension(id))) {
            int slash = id.lastIndexOf('/');
            images.add(new LabelledImage(id, slash < 0 ? "" : id.substring(0, slash), () -> Files.readAllBytes(file)));
        }
    }

    private static void addShard(Path shard, List<LabelledImage> images) throws IOException {
        Map<String, String> labels = new LinkedHashMap<>();
        List<TarArchiveEntry> pictures = new ArrayList<>();
        try (TarFile tar = new TarFile(shard)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                String name = entry.getName();
                if (entry.isFile() && extension(name).equals("cls")) {
                    byte[] text = read(shard, entry.getDataOffset(), entry.getSize());
                    labels.put(sample(name), new String(text, StandardCharsets.UTF_8).strip());
                } else if (entry.isFile() && EXTENSIONS.contains(extension(name))) {
                    pictures.add(entry);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(shard + " is no whole tar file: " + e.getMessage(), e);
        }
        for (TarArchiveEntry picture : pictures) {
            String sample = sample(picture.getName());
            images.add(new LabelledImage(
                    picture.getName(),
                    labels.getOrDefault(sample, sample),
                    () -> read(shard, picture.getDataOffset(), picture.getSize())));
        }
    }

    private static byte[] read(Path shard, long offset, long size) throws IOException {
        if (size > MOST_BYTES) {
            throw new IOException("A file of " + size + " bytes in " + shard + "; at most " + MOST_BYTES + " are read");
        }
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

    /** A sample's name: its folder and what stands before the first dot of the file. */
    private static String sample(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
