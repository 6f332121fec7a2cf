package dev.semantica.pages.store;

import dev.semantica.pages.ProceduralPages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A folder of procedural pages: {@code pages.json} with the settings, a folder a page or {@code pages-NNNNNN.tar} shards,
 * and {@code sheet.png} with some of them. An interrupted run is continued by the same call.
 */
public final class PagesFolder {

    /** The contact sheet's name. */
    public static final String SHEET = "sheet.png";

    private final Path folder;
    private final PagesPlan plan;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private PagesFolder(Path folder, PagesPlan plan) {
        this.folder = folder;
        this.plan = plan;
    }

    /**
     * Makes the folder, or takes up one that the same settings began.
     *
     * @throws ConflictException if it holds something else; nothing was changed
     */
    public static PagesFolder open(Path folder, PagesPlan plan) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new ConflictException(folder + " is a file; name a folder");
        }
        Files.createDirectories(folder);
        Settings.claim(folder, plan);
        Whole.tidy(folder);
        return new PagesFolder(folder, plan);
    }

    /**
     * Writes what is missing of the plan.
     *
     * @param threads how many work at once
     * @param progress is told, from these threads, how many pages are there
     * @return how many pages were written by this call
     */
    public int write(int threads, IntConsumer progress) throws IOException {
        PageWriter writer = new PageWriter(folder, plan, stopped::get);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger there = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(() -> {
                    try {
                        for (int unit = next.getAndIncrement();
                                unit < writer.units() && !stopped.get();
                                unit = next.getAndIncrement()) {
                            int pages = writer.pagesOf(unit);
                            boolean made = writer.write(unit);
                            if (made) {
                                written.addAndGet(pages);
                            }
                            if (made || !stopped.get()) {
                                progress.accept(there.addAndGet(pages));
                            }
                        }
                        return null;
                    } catch (IOException | RuntimeException e) {
                        stop();
                        throw e;
                    }
                }));
            }
            await(workers);
        } finally {
            pool.shutdownNow();
        }
        if (!stopped.get()) {
            Whole.write(
                    folder.resolve(SHEET),
                    Png.of(Sheet.draw(new ProceduralPages(plan.config()), plan.first(), plan.pages())));
        }
        return written.get();
    }

    /** Makes {@link #write} return soon; what it had begun and not finished is taken away. */
    public void stop() {
        stopped.set(true);
    }

    /** Whether it was told to stop. */
    public boolean isStopped() {
        return stopped.get();
    }

    /** Waits for all, then throws what the first to fail threw. */
    private void await(List<Future<?>> workers) throws IOException {
        IOException failure = null;
        for (Future<?> worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException e) {
                IOException cause = e.getCause() instanceof IOException io
                        ? io
                        : new IOException("a page could not be made: " + e.getCause(), e.getCause());
                if (failure == null) {
                    failure = cause;
                } else {
                    failure.addSuppressed(cause);
                }
            } catch (InterruptedException e) {
                stop();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while pages were written", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
