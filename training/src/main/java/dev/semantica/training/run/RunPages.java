package dev.semantica.training.run;

import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PagePacker;
import dev.semantica.training.data.PageSource;
import dev.semantica.training.data.PageSources;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The pages of a run: packed, and split.
 *
 * @param store all of them
 * @param split what is trained on, and what is judged by
 * @param heldOut names of pages that are left out of both
 */
record RunPages(PackedPages store, Split split, Set<String> heldOut) {

    private static final int NAMED = 10;

    /** Packs them, or finds them packed, and says what is to be known of them. */
    static RunPages of(RunConfig config, StageListener listener) throws IOException, TrainingException {
        requireSources(config);
        Set<String> heldOut = heldOut(config);
        PackedPages store = pack(config, listener);
        requireFound(heldOut, store, config, listener);
        Split split = Split.of(store.pages(), config.data().validation(), heldOut);
        if (split.validation().isEmpty()) {
            throw new TrainingException("None of " + store.pages().size()
                    + " pages is for validation; raise data.validation, or bring more pages");
        }
        listener.said("%d pages to train on, %d to judge by, %d images in all"
                .formatted(split.training().size(), split.validation().size(), store.images()));
        List<PackedPage> single =
                store.pages().stream().filter(page -> page.images() == 1).toList();
        if (!single.isEmpty()) {
            listener.said(single.size() + " pages have one image and give no pair: " + names(single));
        }
        if (store.identical() > 0) {
            listener.said(store.identical() + " images are the same as another of their page, pixel for pixel;"
                    + " identical.jsonl beside the packed pages lists them, and a denoiser.filter.upper below 1 leaves"
                    + " such pairs out");
        }
        return new RunPages(store, split, heldOut);
    }

    /** The first few pages by name. */
    static String names(List<PackedPage> pages) {
        return pages.stream().limit(NAMED).map(PackedPage::id).collect(Collectors.joining(", "))
                + (pages.size() > NAMED ? ", …" : "");
    }

    /**
     * Pairs of pages to train on, or to judge by.
     *
     * @param what the pages are for, as a message calls it
     * @param admitted for every page the pairs that may be used; null: all
     */
    static PairBatches pairs(
            String what,
            List<PackedPage> pages,
            List<int[]> admitted,
            PairBatches.Objective objective,
            int batch,
            long seed)
            throws TrainingException {
        try {
            return new PairBatches(pages, admitted, objective, batch, seed);
        } catch (IllegalArgumentException e) {
            throw new TrainingException("Pages to " + what + ": " + e.getMessage()
                    + (what.equals("judge by")
                            ? "; raise data.validation, or bring more pages of two and more images"
                            : admitted != null
                                    ? "; widen denoiser.filter, which semantica pages filter measures"
                                    : "; bring pages of two and more images"));
        }
    }

    private static PackedPages pack(RunConfig config, StageListener listener) throws IOException {
        List<PageSource> sources = new ArrayList<>();
        int drawn = 0;
        boolean counted = true;
        for (RunConfig.Source source : config.data().sources()) {
            sources.add(source(config, source));
            drawn += source.pages() == null ? 0 : source.pages();
            counted &= source.pages() != null;
        }
        // How many pages files hold is known when they have been read.
        listener.started("pages", counted ? drawn : 0, "pages");
        int[] skipped = {0};
        PackedPages store = new PagePacker(
                        Path.of(config.directory()), config.data().side())
                .pack(sources, done -> listener.progressed(done, ""), (what, cause) -> {
                    if (skipped[0]++ < NAMED) {
                        listener.said("left out: " + what + ": " + cause);
                    }
                });
        listener.ended("pages");
        if (skipped[0] > 0) {
            listener.said(skipped[0] + " left out in all; skipped.jsonl beside the packed pages lists them");
        }
        return store;
    }

    private static PageSource source(RunConfig config, RunConfig.Source source) {
        if (source.type().equals("files")) {
            return PageSources.files(Path.of(source.path()), source.papers() == null ? 1 : source.papers());
        }
        PagesConfig pages = new PagesConfig(
                source.seed() == null ? config.seed() : source.seed(),
                source.images() == null ? PagesConfig.IMAGES : source.images(),
                config.data().side(),
                source.kinds() == null
                        ? List.of(Kind.values())
                        : source.kinds().stream().map(Kind::of).toList(),
                source.foreign() == null ? 0 : source.foreign(),
                source.nearDuplicates() == null ? 0 : source.nearDuplicates());
        return PageSources.procedural(pages, source.first() == null ? 0 : source.first(), source.pages());
    }

    private static void requireSources(RunConfig config) throws TrainingException {
        List<String> missing = config.data().sources().stream()
                .map(RunConfig.Source::path)
                .filter(path -> path != null && !Files.exists(Path.of(path)))
                .map(path -> "data.sources: " + path
                        + " does not exist; name a folder of pages, a tar shard or a pages.jsonl")
                .toList();
        if (!missing.isEmpty()) {
            throw new TrainingException(missing);
        }
    }

    private static Set<String> heldOut(RunConfig config) throws IOException, TrainingException {
        if (config.data().heldOut().isEmpty()) {
            return Set.of();
        }
        Path file = Path.of(config.data().heldOut());
        if (!Files.isRegularFile(file)) {
            throw new TrainingException(
                    "data.heldOut: " + file + " is no file; it holds names of pages that are left out, a line each");
        }
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A page whose name is misspelt would be trained on. */
    private static void requireFound(Set<String> heldOut, PackedPages store, RunConfig config, StageListener listener)
            throws TrainingException {
        Set<String> unknown = new TreeSet<>(heldOut);
        store.pages().forEach(page -> unknown.remove(page.ownName()));
        if (unknown.isEmpty()) {
            return;
        }
        String which =
                unknown.stream().limit(NAMED).collect(Collectors.joining(", ")) + (unknown.size() > NAMED ? ", …" : "");
        if (unknown.size() == heldOut.size()) {
            throw new TrainingException("data.heldOut: " + config.data().heldOut()
                    + " names no page that is there, but " + which + "; a page's name is that of its folder");
        }
        listener.said(unknown.size() + " of " + heldOut.size() + " names of data.heldOut are of no page: " + which);
    }
}
