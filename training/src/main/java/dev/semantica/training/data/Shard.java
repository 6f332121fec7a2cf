package dev.semantica.training.data;

import dev.semantica.pages.factor.AnnotationException;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.ImageAnnotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * A tar file of pages (WebDataset): members {@code PAGE.IMAGE.png}, and beside an image what is annotated of it,
 * {@code PAGE.IMAGE.json}. Only the names are read at first.
 */
final class Shard {

    private final Path file;
    private final ImageFiles images;
    private final PageSource.SkipListener skipped;
    private final Map<String, TarArchiveEntry> members = new LinkedHashMap<>();

    /** Lists a file's members; there are none if it is no whole tar file, which the listener is told. */
    Shard(Path file, ImageFiles images, PageSource.SkipListener skipped) {
        this.file = file;
        this.images = images;
        this.skipped = skipped;
        try (TarFile tar = new TarFile(file)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isFile()) {
                    members.put(entry.getName(), entry);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            skipped.skipped("shard " + file.getFileName(), "it is no whole tar file: " + e.getMessage());
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
    ImageAnnotation annotation(String image) {
        TarArchiveEntry entry = members.get(image.substring(0, image.lastIndexOf('.') + 1) + "json");
        if (entry != null) {
            try {
                return ImageAnnotation.read(entry.getName(), ImageFiles.bytes(file, entry));
            } catch (AnnotationException e) {
                skipped.skipped("annotation " + entry.getName(), e.getMessage());
            } catch (IOException e) {
                skipped.skipped("annotation " + entry.getName(), "it cannot be read: " + e.getMessage());
            }
        }
        return new ImageAnnotation(Factors.NONE, Factors.NONE);
    }

    SourcePage.Image image(String name, Factors factors, int paper) {
        TarArchiveEntry entry = members.get(name);
        return new SourcePage.Image(name, factors, () -> images.read(file, entry, paper));
    }
}
