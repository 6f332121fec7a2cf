package dev.semantica.console.pages;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Progress;
import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.store.ConflictException;
import dev.semantica.pages.store.PagesFolder;
import dev.semantica.pages.store.PagesPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code semantica pages generate}. */
@Command(
        name = "generate",
        description = {
            "Draws pages: every page fixes a subject, its shape, colours and background; its images vary the rest.",
            "",
            "All factors are written beside the images. Same seed, same pages. Run it again to continue.",
            ""
        },
        sortOptions = false)
final class GenerateCommand implements Callable<Integer> {

    private static final int STOP_PATIENCE_SECONDS = 30;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Folder for the pages, pages.json and sheet.png.")
    private Path out;

    @Option(
            names = {"-n", "--pages"},
            defaultValue = "1000",
            paramLabel = "N",
            description = "How many pages (default: ${DEFAULT-VALUE}).")
    private int pages;

    @Option(
            names = "--images",
            defaultValue = "6",
            paramLabel = "N",
            description = "Images of a page (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--size",
            defaultValue = "64",
            paramLabel = "PIXELS",
            description = "Width and height of an image (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "SEED",
            description = "Seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--first",
            defaultValue = "0",
            paramLabel = "INDEX",
            description =
                    "Index of the first page; pages of other indices are other pages (default: ${DEFAULT-VALUE}).")
    private long first;

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description = "Kinds of subject, separated by commas (default: all).")
    private List<String> kinds;

    @Option(
            names = "--shards",
            paramLabel = "PAGES",
            description = "Write WebDataset shards of so many pages instead of a folder a page.")
    private Integer pagesPerShard;

    @Option(
            names = "--foreign",
            defaultValue = "0",
            paramLabel = "SHARE",
            description = "Share of images that do not belong to their page, 0 to 0.9 (default: ${DEFAULT-VALUE}).")
    private double foreign;

    @Option(
            names = "--near-duplicates",
            defaultValue = "0",
            paramLabel = "SHARE",
            description =
                    "Share of images that are another one of their page, hardly changed (default: ${DEFAULT-VALUE}).")
    private double nearDuplicates;

    private final PrintStream messages = System.err;

    @Override
    public Integer call() throws IOException {
        PagesFolder folder = open(plan());
        CountDownLatch ended = new CountDownLatch(1);
        Thread interrupt = new Thread(() -> stop(folder, ended), "pages-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupt);
        long start = System.nanoTime();
        int written;
        try (Progress progress = new Progress(
                messages, Boolean.getBoolean("semantica.terminal"), InstantSource.system(), pages, "pages")) {
            written = folder.write(Runtime.getRuntime().availableProcessors(), done -> progress.show(done, ""));
            if (!folder.isStopped()) {
                progress.finish(pages, "");
            }
        } catch (IOException e) {
            throw new IOException(
                    "Not all pages could be written to " + out + " (" + e.getMessage()
                            + "); those that are whole were kept. Make room, and run the same command again to continue",
                    e);
        } finally {
            ended.countDown();
            removeHook(interrupt);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        messages.printf("%d pages written in %.1f s, %.0f pages/s%n", written, seconds, written / seconds);
        if (folder.isStopped()) {
            messages.println("  stopped   run the same command again to continue");
            return ExitCode.INTERRUPTED;
        }
        messages.println("  look at   " + out.resolve(PagesFolder.SHEET));
        return ExitCode.OK;
    }

    private PagesPlan plan() {
        List<String> problems = new ArrayList<>();
        List<Kind> chosen = new ArrayList<>();
        check(problems, () -> chosen.addAll(Kind.of(kinds)));
        List<Kind> wanted = chosen.isEmpty() ? List.of(Kind.values()) : chosen;
        check(problems, () -> new PagesConfig(seed, images, size, wanted, foreign, nearDuplicates));
        int perShard = pagesPerShard == null ? 0 : Math.max(0, pagesPerShard);
        if (pagesPerShard != null && pagesPerShard < 1) {
            problems.add("--shards must be 1 page or more, but is " + pagesPerShard);
        }
        check(problems, () -> new PagesPlan(PagesConfig.of(seed), first, pages, perShard));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new PagesPlan(
                new PagesConfig(seed, images, size, wanted, foreign, nearDuplicates), first, pages, perShard);
    }

    private static void check(List<String> problems, Runnable step) {
        try {
            step.run();
        } catch (IllegalArgumentException e) {
            problems.addAll(e.getMessage().lines().toList());
        }
    }

    private PagesFolder open(PagesPlan plan) throws IOException {
        try {
            return PagesFolder.open(out, plan);
        } catch (ConflictException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** Ctrl-C: ends the run and waits until the folder is in order; the process goes on to die then. */
    private static void stop(PagesFolder folder, CountDownLatch ended) {
        folder.stop();
        try {
            if (!ended.await(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is shutting down already: the hook has done its work.
            return;
        }
    }
}
