package dev.semantica.training.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.Factors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/** Writes the files of a packed store; the summary comes last, when all else is on the disk. */
final class PagesWriter implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SKIPPED = "skipped.jsonl";
    private static final String IDENTICAL = "identical.jsonl";

    private final Path folder;
    private final MessageDigest digest = DigestUtils.getSha256Digest();
    private final OutputStream pixels;
    private final Writer index;
    private final Writer skipped;
    private final Writer identical;
    private int pages;
    private int images;
    private int identicalImages;

    PagesWriter(Path folder) throws IOException {
        this.folder = folder;
        pixels = new BufferedOutputStream(Files.newOutputStream(folder.resolve(PackedPages.PIXELS)), 1 << 20);
        index = Files.newBufferedWriter(folder.resolve(PackedPages.INDEX));
        skipped = Files.newBufferedWriter(folder.resolve(SKIPPED));
        identical = Files.newBufferedWriter(folder.resolve(IDENTICAL));
    }

    int pages() {
        return pages;
    }

    void skipped(String what, String cause) throws IOException {
        skipped.write(JSON.writeValueAsString(Map.of("what", what, "cause", cause)) + "\n");
    }

    /**
     * Adds a page.
     *
     * @param planes pixels of those of its images that could be read
     * @param read these images
     */
    void add(SourcePage page, List<byte[]> planes, List<SourcePage.Image> read) throws IOException {
        Map<ByteBuffer, String> seen = new HashMap<>();
        List<String> noise = new ArrayList<>();
        for (int i = 0; i < planes.size(); i++) {
            pixels.write(planes.get(i));
            digest.update(planes.get(i));
            noise.add(read.get(i).factors().category("noise").orElse(""));
            String first =
                    seen.putIfAbsent(ByteBuffer.wrap(planes.get(i)), read.get(i).name());
            if (first != null) {
                identical.write(JSON.writeValueAsString(
                                Map.of("page", page.id(), "image", read.get(i).name(), "same", first))
                        + "\n");
                identicalImages++;
            }
        }
        index.write(JSON.writeValueAsString(new PackedPage(
                        page.id(),
                        page.label(),
                        images,
                        noise.size(),
                        categories(page.factors()),
                        quantities(page.factors()),
                        noise))
                + "\n");
        pages++;
        images += noise.size();
    }

    /** Writes the summary, without which nothing counts as packed. */
    void finish(int side, List<Object> sources) throws IOException {
        close();
        try (FileChannel channel = FileChannel.open(folder.resolve(PackedPages.PIXELS), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("side", side);
        summary.put("pages", pages);
        summary.put("images", images);
        summary.put("identical", identicalImages);
        summary.put("sha256", Hex.encodeHexString(digest.digest()));
        summary.put("sources", sources);
        Files.writeString(
                folder.resolve(PackedPages.SUMMARY),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
    }

    private static Map<String, String> categories(Factors factors) {
        Map<String, String> found = new TreeMap<>();
        factors.values().forEach((name, value) -> {
            if (value instanceof FactorValue.Category category) {
                found.put(name, category.name());
            }
        });
        return found;
    }

    private static Map<String, Double> quantities(Factors factors) {
        Map<String, Double> found = new TreeMap<>();
        factors.values().forEach((name, value) -> {
            if (value instanceof FactorValue.Quantity quantity) {
                found.put(name, quantity.value());
            }
        });
        return found;
    }

    @Override
    public void close() throws IOException {
        try (pixels;
                index;
                skipped;
                identical) {
            pixels.flush();
        }
    }
}
