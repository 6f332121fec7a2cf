package dev.semantica.training.data;

import dev.semantica.pages.factor.AnnotationException;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.ImageAnnotation;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * A tar file of pages (WebDataset): members {@code PAGE.IMAGE.png}, and beside an image what is annotated of it,
 * {@code PAGE.IMAGE.json}. Only the names are read at first.
 */
final class Shard {

    /**
     * A member.
     *
     * @param offset of its first byte in the file
     * @param size in bytes
     */
    record Member(String name, long offset, long size) {}

    private final Path file;
    private final ImageFiles images;
    private final PageSource.SkipListener skipped;
    private final Map<String, Member> members = new LinkedHashMap<>();

    /** Lists a file's members; of one that is broken those before the break, which the listener is told. */
    Shard(Path file, ImageFiles images, PageSource.SkipListener skipped) {
        this.file = file;
        this.images = images;
        this.skipped = skipped;
        if (!Files.exists(file)) {
            skipped.skipped("shard " + file.getFileName(), "it does not exist");
            return;
        }
        try (TarFile tar = new TarFile(file)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isFile()) {
                    add(entry, entry.getDataOffset());
                }
            }
            if (members.isEmpty()) {
                skipped.skipped("shard " + file.getFileName(), "no file is in it, or it is no tar file at all");
            }
        } catch (IOException | IllegalArgumentException e) {
            members.clear();
            untilTheBreak();
            skipped.skipped(
                    "shard " + file.getFileName(),
                    "it is no whole tar file: " + e.getMessage() + "; read are the " + members.size()
                            + " files that are whole before the break. Copy it again");
        }
    }

    private void add(TarArchiveEntry entry, long offset) {
        members.put(entry.getName(), new Member(entry.getName(), offset, entry.getSize()));
    }

    /** A tar file lists nothing ahead, so what comes before a break is as good as ever. */
    private void untilTheBreak() {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            long size = Files.size(file);
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && entry.getSize() <= size - tar.getBytesRead()) {
                    add(entry, tar.getBytesRead());
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // The break, which is told of.
        }
    }

    /** Names of the images by page, in the file's order. */
    Map<String, List<String>> pages() {
        Map<String, List<String>> pages = new LinkedHashMap<>();
        for (String name : members.keySet()) {
            if (ImageFiles.isImage(name)) {
                int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
                pages.computeIfAbsent(name.substring(0, dot), page -> new ArrayList<>())
                        .add(name);
            }
        }
        return pages;
    }

    boolean holds(String name) {
        return members.containsKey(name);
    }

    /** What is annotated of an image; nothing where nothing is, or where it cannot be read, which the listener is told. */
    private ImageAnnotation annotation(String image) {
        Member entry = members.get(image.substring(0, image.lastIndexOf('.') + 1) + "json");
        if (entry != null) {
            try {
                return ImageAnnotation.read(entry.name(), ImageFiles.bytes(file, entry));
            } catch (AnnotationException e) {
                skipped.skipped("annotation " + entry.name(), e.getMessage());
            } catch (IOException e) {
                skipped.skipped("annotation " + entry.name(), "it cannot be read: " + e.getMessage());
            }
        }
        return new ImageAnnotation(Factors.NONE, Factors.NONE);
    }

    /**
     * A page of some of the members; its factors are what the first annotated image says of it.
     *
     * @param source where the page is from
     * @param label of the page; empty: the kind that is annotated
     * @param names of the members
     * @param paper on which it lies
     */
    SourcePage page(String source, String page, String label, List<String> names, int paper) {
        int colour = ImageFiles.paper(page, paper);
        Factors factors = Factors.NONE;
        List<SourcePage.Image> found = new ArrayList<>();
        for (String name : names.subList(0, Math.min(FileSource.MOST_IMAGES, names.size()))) {
            ImageAnnotation annotation = annotation(name);
            if (factors.values().isEmpty()) {
                factors = annotation.page();
            }
            Member entry = members.get(name);
            found.add(new SourcePage.Image(name, annotation.image(), () -> images.read(file, entry, colour)));
        }
        String named = label.isEmpty() ? factors.category("kind").orElse("") : label;
        return new SourcePage(PageNames.id(source, page, paper), named, factors, found);
    }
}
