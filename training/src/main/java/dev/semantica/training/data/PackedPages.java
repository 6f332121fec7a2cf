package dev.semantica.training.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The pixels of all images of a run, decoded and brought to one size once, in a file that is mapped into memory. Any
 * image can then be read at any time for the price of a copy, so that what a training step sees is a function of the
 * run's seed and the step's number alone. Safe for many threads.
 */
public final class PackedPages {

    static final String PIXELS = "pixels.bin";
    static final String INDEX = "pages.jsonl";
    static final String SUMMARY = "summary.json";

    private static final ObjectMapper JSON = new ObjectMapper();
    /** A mapping holds at most 2 GiB. */
    private static final int CHUNK_IMAGES = 1 << 16;

    private final int side;
    private final int imageBytes;
    private final String digest;
    private final int images;
    private final int identical;
    private final List<PackedPage> pages;
    private final List<MappedByteBuffer> chunks = new ArrayList<>();

    private PackedPages(Path folder, JsonNode summary, String digest, List<PackedPage> pages) throws IOException {
        this.side = summary.get("side").asInt();
        this.imageBytes = 3 * side * side;
        this.digest = digest;
        this.images = summary.get("images").asInt();
        this.identical = summary.path("identical").asInt(0);
        this.pages = List.copyOf(pages);
        int perChunk = chunkImages();
        try (FileChannel channel = FileChannel.open(folder.resolve(PIXELS))) {
            long expected = (long) images * imageBytes;
            if (channel.size() != expected) {
                throw new IOException(folder.resolve(PIXELS) + " has " + channel.size() + " bytes instead of "
                        + expected + "; remove the folder, and it is packed again");
            }
            for (long first = 0; first < images; first += perChunk) {
                long count = Math.min(perChunk, images - first);
                chunks.add(channel.map(FileChannel.MapMode.READ_ONLY, first * imageBytes, count * imageBytes));
            }
        }
    }

    private int chunkImages() {
        return Math.min(CHUNK_IMAGES, (1 << 30) / imageBytes);
    }

    /**
     * Opens what {@link PagePacker} packed.
     *
     * @throws IOException if it cannot be read
     */
    static PackedPages open(Path folder) throws IOException {
        JsonNode summary = JSON.readTree(folder.resolve(SUMMARY).toFile());
        List<PackedPage> pages = new ArrayList<>();
        String index = Files.readString(folder.resolve(INDEX));
        for (String line : index.lines().toList()) {
            pages.add(JSON.readValue(line, PackedPage.class));
        }
        if (pages.size() != summary.path("pages").asInt()) {
            throw new IOException(folder.resolve(INDEX) + " lists " + pages.size() + " pages instead of "
                    + summary.path("pages").asInt() + "; remove the folder, and it is packed again");
        }
        // Which images are a page's, and what is annotated, decide what is learned as much as pixels do.
        String digest = DigestUtils.sha256Hex(summary.get("sha256").asText() + index);
        return new PackedPages(folder, summary, digest, pages);
    }

    /** Height and width of every image. */
    public int side() {
        return side;
    }

    /** SHA-256 over all pixels, and which page they are of, with its annotations: names the data to the last bit. */
    public String digest() {
        return digest;
    }

    /** Number of images. */
    public int images() {
        return images;
    }

    /** Number of images that are the same as another of their page before them, pixel for pixel. */
    public int identical() {
        return identical;
    }

    /** The pages, in the sources' order. */
    public List<PackedPage> pages() {
        return pages;
    }

    /**
     * Copies an image's bytes, [3, side, side], red first.
     *
     * @param target at least 3·side² from the offset on
     */
    public void read(int image, byte[] target, int offset) {
        ByteBuffer chunk = chunks.get(image / chunkImages());
        chunk.get(image % chunkImages() * imageBytes, target, offset, imageBytes);
    }
}
