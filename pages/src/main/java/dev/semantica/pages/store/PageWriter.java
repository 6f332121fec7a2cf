package dev.semantica.pages.store;

import dev.semantica.pages.ProceduralPage;
import dev.semantica.pages.ProceduralPages;
import dev.semantica.pages.factor.ImageAnnotation;
import dev.semantica.pages.factor.PageAnnotation;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes the units of a plan: a page's folder or a shard of pages. What is there already is whole and left alone. */
final class PageWriter {

    private final Path out;
    private final PagesPlan plan;
    private final ProceduralPages pages;
    private final BooleanSupplier stopped;

    PageWriter(Path out, PagesPlan plan, BooleanSupplier stopped) {
        this.out = out;
        this.plan = plan;
        this.pages = new ProceduralPages(plan.config());
        this.stopped = stopped;
    }

    int units() {
        return plan.sharded() ? (plan.pages() - 1) / plan.pagesPerShard() + 1 : plan.pages();
    }

    /** Number of pages in a unit. */
    int pagesOf(int unit) {
        return plan.sharded() ? Math.min(plan.pagesPerShard(), plan.pages() - unit * plan.pagesPerShard()) : 1;
    }

    /**
     * Writes a unit unless it is there.
     *
     * @return whether it wrote it; false as well if it was told to stop
     */
    boolean write(int unit) throws IOException {
        Path target = plan.sharded()
                ? out.resolve(String.format(Locale.ROOT, "pages-%06d.tar", unit))
                : out.resolve(page(unit).id());
        if (Files.exists(target)) {
            return false;
        }
        Path unfinished = Whole.unfinished(target);
        boolean done = false;
        try {
            done = plan.sharded() ? writeShard(unit, unfinished) : writeFolder(page(unit), unfinished);
            if (done) {
                Whole.publish(unfinished, target);
            }
        } finally {
            if (!done) {
                Whole.delete(unfinished);
            }
        }
        return done;
    }

    private ProceduralPage page(int place) {
        return pages.page(plan.first() + place);
    }

    private static boolean writeFolder(ProceduralPage page, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int image = 0; image < page.images(); image++) {
            Files.write(folder.resolve(ProceduralPage.file(image)), Png.of(page.render(image)));
        }
        Files.write(folder.resolve(PageAnnotation.FILE), page.annotation().toJson());
        return true;
    }

    private boolean writeShard(int unit, Path file) throws IOException {
        try (OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < pagesOf(unit); i++) {
                if (stopped.getAsBoolean()) {
                    return false;
                }
                ProceduralPage page = page(unit * plan.pagesPerShard() + i);
                for (int image = 0; image < page.images(); image++) {
                    String name = page.id() + "." + image;
                    member(tar, name + ".png", Png.of(page.render(image)));
                    member(tar, name + ".json", new ImageAnnotation(page.factors(), page.imageFactors(image)).toJson());
                }
            }
            tar.finish();
        }
        return true;
    }

    private static void member(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        // Same settings, same bytes.
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
