package dev.semantica.training.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

/** Packs the images of sources into a store, once for each choice of data; many images are decoded at a time. */
public final class PagePacker {

    private static final ObjectMapper JSON = new ObjectMapper();
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
     * {@code skipped.jsonl} of the store. A store is written beside its place and put there when it is whole; what a run
     * that was killed left of one is removed, and it is packed anew. One packer at a time works below a folder.
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
        String name = "pages-" + DigestUtils.sha256Hex(key.toString()).substring(0, 16);
        Path place = folder.resolve(name);
        if (!Files.exists(place.resolve(PackedPages.SUMMARY))) {
            Files.createDirectories(folder);
            Path draft = folder.resolve("." + name + ".packing");
            try {
                remove(draft);
                Files.createDirectory(draft);
                int pages = write(draft, sources, described, done, skipped);
                Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
                // Who is told may give up: now nothing is lost by that any more.
                done.accept(pages);
            } finally {
                remove(draft);
            }
        }
        return PackedPages.open(place);
    }

    /** Writes all pages; returns how many. */
    private int write(
            Path draft,
            List<PageSource> sources,
            List<Object> described,
            IntConsumer done,
            PageSource.SkipListener skipped)
            throws IOException {
        try (PagesWriter writer = new PagesWriter(draft)) {
            PageSource.SkipListener listener = (what, cause) -> {
                try {
                    writer.skipped(what, cause);
                } catch (IOException e) {
                    throw new UncheckedIOException(full(e));
                }
                skipped.skipped(what, cause);
            };
            List<SourcePage> waiting = new ArrayList<>();
            for (PageSource source : sources) {
                source.forEach(
                        page -> {
                            waiting.add(page);
                            if (waiting.size() == PAGES_AT_A_TIME) {
                                flush(waiting, writer, listener);
                                done.accept(writer.pages());
                            }
                        },
                        listener);
            }
            flush(waiting, writer, listener);
            if (writer.pages() == 0) {
                throw new IOException(
                        "No page is left of the sources " + described + "; a page needs an image that is read");
            }
            try {
                writer.finish(side, described);
            } catch (IOException e) {
                throw full(e);
            }
            return writer.pages();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private IOException full(IOException cause) {
        return new IOException(
                "The pages could not be packed below " + folder + " (" + cause.getMessage()
                        + "); nothing of them was kept. Make room, and start again",
                cause);
    }

    /** Decodes all waiting pages at once and writes them in their order. */
    private void flush(List<SourcePage> waiting, PagesWriter writer, PageSource.SkipListener listener)
            throws IOException {
        List<Object[]> decoded = IntStream.range(0, waiting.size())
                .parallel()
                .mapToObj(
                        i -> waiting.get(i).images().stream().map(this::decode).toArray())
                .toList();
        for (int i = 0; i < waiting.size(); i++) {
            SourcePage page = waiting.get(i);
            List<byte[]> planes = new ArrayList<>();
            List<SourcePage.Image> read = new ArrayList<>();
            for (int k = 0; k < page.images().size(); k++) {
                SourcePage.Image image = page.images().get(k);
                if (decoded.get(i)[k] instanceof byte[] own) {
                    planes.add(own);
                    read.add(image);
                } else {
                    listener.skipped("image " + image.name() + " of page " + page.id(), (String) decoded.get(i)[k]);
                }
            }
            if (read.isEmpty()) {
                listener.skipped("page " + page.id(), "none of its images can be read");
                continue;
            }
            try {
                writer.add(page, planes, read);
            } catch (IOException e) {
                throw full(e);
            }
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
