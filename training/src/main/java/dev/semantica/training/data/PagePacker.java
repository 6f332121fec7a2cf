package dev.semantica.training.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Packs the images of sources into a store, once for each choice of data; many images are decoded at a time. */
public final class PagePacker {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SKIPPED = "skipped.jsonl";
    private static final int PAGES_AT_A_TIME = 256;

    private final Path folder;
    private final int side;

    /**
     * Packs below a folder.
     *
     * @param side height and width that images are brought to; what does not fit the shape is cut off evenly
     */
    public PagePacker(Path folder, int side) {
        this.folder = folder;
        this.side = side;
    }

    /**
     * Packs, or finds packed already, what the sources hold. What cannot be read is left out, and listed with its cause in
     * {@code skipped.jsonl} of the store.
     *
     * @param done told the number of pages packed so far
     * @param skipped told of what is left out, each time that it is packed
     * @throws IOException if a source cannot be read at all, or nothing is left, or the disk is full
     */
    public PackedPages pack(List<PageSource> sources, IntConsumer done, PageSource.SkipListener skipped)
            throws IOException {
        List<Object> described = new ArrayList<>();
        StringBuilder key = new StringBuilder("packed-pages/1:" + side);
        for (PageSource source : sources) {
            described.add(source.describe());
            key.append('\n').append(JSON.writeValueAsString(source.describe())).append(source.fingerprint());
        }
        Path place = folder.resolve("pages-" + Digests.sha256(key.toString()).substring(0, 16));
        if (!Files.exists(place.resolve(PackedPages.SUMMARY))) {
            Files.createDirectories(folder);
            Path draft = Files.createTempDirectory(folder, ".packing-");
            try {
                write(draft, sources, described, done, skipped);
                Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                remove(draft);
            }
        }
        return PackedPages.open(place);
    }

    private void write(
            Path draft,
            List<PageSource> sources,
            List<Object> described,
            IntConsumer done,
            PageSource.SkipListener skipped)
            throws IOException {
        MessageDigest digest = Digests.sha256();
        int[] counts = {0, 0};
        try (OutputStream pixels =
                        new BufferedOutputStream(Files.newOutputStream(draft.resolve(PackedPages.PIXELS)), 1 << 20);
                Writer index = Files.newBufferedWriter(draft.resolve(PackedPages.INDEX));
                Writer left = Files.newBufferedWriter(draft.resolve(SKIPPED))) {
            PageSource.SkipListener listener = (what, cause) -> {
                try {
                    left.write(JSON.writeValueAsString(Map.of("what", what, "cause", cause)) + "\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                skipped.skipped(what, cause);
            };
            List<SourcePage> waiting = new ArrayList<>();
            for (PageSource source : sources) {
                source.forEach(
                        page -> {
                            waiting.add(page);
                            if (waiting.size() == PAGES_AT_A_TIME) {
                                flush(waiting, pixels, index, digest, counts, listener);
                                done.accept(counts[0]);
                            }
                        },
                        listener);
            }
            flush(waiting, pixels, index, digest, counts, listener);
            done.accept(counts[0]);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (counts[0] == 0) {
            throw new IOException(
                    "No page is left of the sources " + described + "; a page needs an image that is read");
        }
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("side", side);
        summary.put("pages", counts[0]);
        summary.put("images", counts[1]);
        summary.put("sha256", Digests.hex(digest.digest()));
        summary.put("sources", described);
        Files.writeString(
                draft.resolve(PackedPages.SUMMARY),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
    }

    /** Decodes all waiting pages at once and writes them in their order. */
    private void flush(
            List<SourcePage> waiting,
            OutputStream pixels,
            Writer index,
            MessageDigest digest,
            int[] counts,
            PageSource.SkipListener listener)
            throws IOException {
        List<Object[]> decoded = IntStream.range(0, waiting.size())
                .parallel()
                .mapToObj(
                        i -> waiting.get(i).images().stream().map(this::decode).toArray())
                .toList();
        for (int i = 0; i < waiting.size(); i++) {
            SourcePage page = waiting.get(i);
            List<String> noise = new ArrayList<>();
            for (int k = 0; k < page.images().size(); k++) {
                SourcePage.Image image = page.images().get(k);
                if (decoded.get(i)[k] instanceof byte[] planes) {
                    pixels.write(planes);
                    digest.update(planes);
                    noise.add(image.factors().category("noise").orElse(""));
                } else {
                    listener.skipped("image " + image.name() + " of page " + page.id(), (String) decoded.get(i)[k]);
                }
            }
            if (noise.isEmpty()) {
                listener.skipped("page " + page.id(), "none of its images can be read");
                continue;
            }
            index.write(JSON.writeValueAsString(new PackedPage(
                            page.id(),
                            page.label(),
                            counts[1],
                            noise.size(),
                            categories(page.factors()),
                            quantities(page.factors()),
                            noise))
                    + "\n");
            counts[0]++;
            counts[1] += noise.size();
        }
        waiting.clear();
    }

    /** The planes as bytes, or why there are none. */
    private Object decode(SourcePage.Image image) {
        try {
            RgbImage picture = Resizing.cover(image.pixels().read(), side, side);
            int plane = side * side;
            byte[] planes = new byte[3 * plane];
            for (int i = 0; i < plane; i++) {
                for (int c = 0; c < 3; c++) {
                    planes[c * plane + i] = picture.rgb()[3 * i + c];
                }
            }
            return planes;
        } catch (IOException | ImageRejectedException e) {
            return String.valueOf(e.getMessage());
        }
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

    private static void remove(Path draft) throws IOException {
        if (Files.exists(draft)) {
            try (Stream<Path> files = Files.list(draft)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(draft);
        }
    }
}
