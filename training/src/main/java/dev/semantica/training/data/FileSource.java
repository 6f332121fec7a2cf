package dev.semantica.training.data;

import dev.semantica.pages.factor.AnnotationException;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.PageAnnotation;
import dev.semantica.pages.store.PagesFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pages on disk, in any of three forms: a folder whose sub-folders are pages; tar shards (WebDataset), in which the name
 * up to the first dot is the page; or a manifest {@code pages.jsonl}, a line a page. A page whose pictures are transparent
 * can come several times, on papers of different colours, the same for all its images.
 */
final class FileSource implements PageSource {

    static final int MOST_IMAGES = 1000;

    private final Path place;
    private final int papers;
    private final ImageFiles files = new ImageFiles(InstantSource.system());

    /**
     * Reads pages.
     *
     * @param place a folder, a tar shard or a manifest
     * @param papers how often a page comes, each time on another paper; 1: on white
     */
    FileSource(Path place, int papers) {
        this.place = place;
        this.papers = papers;
    }

    @Override
    public Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("type", "files");
        described.put("name", String.valueOf(place.getFileName()));
        described.put("papers", papers);
        return described;
    }

    @Override
    public String fingerprint() throws IOException {
        return SourceInputs.fingerprint(place);
    }

    @Override
    public void forEach(PageConsumer action, SkipListener skipped) throws IOException {
        PageConsumer checked = page -> {
            if (page.images().isEmpty()) {
                skipped.skipped("page " + page.id(), "it has no image");
            } else {
                action.accept(page);
            }
        };
        for (int paper = 0; paper < papers; paper++) {
            if (Files.isDirectory(place)) {
                folder(paper, checked, skipped);
                if (paper == 0) {
                    looseImages(skipped);
                }
            } else if (PagePlaces.isShard(place)) {
                shard(place, paper, checked, skipped);
            } else {
                new ManifestPages(place, files, skipped).forEach(paper, checked);
            }
        }
    }

    private void folder(int paper, PageConsumer action, SkipListener skipped) throws IOException {
        for (Path entry : PagePlaces.children(place)) {
            if (PagePlaces.isPage(entry)) {
                action.accept(page(entry, paper, skipped));
            } else if (PagePlaces.isShard(entry)) {
                shard(entry, paper, action, skipped);
            }
        }
    }

    /** Pictures that lie where pages should: the likeliest mistake. */
    private void looseImages(SkipListener skipped) throws IOException {
        long loose = PagePlaces.children(place).stream()
                .filter(entry -> Files.isRegularFile(entry) && ImageFiles.isImage(entry.toString()))
                .filter(entry -> !entry.endsWith(PagesFolder.SHEET))
                .count();
        if (loose > 0) {
            skipped.skipped(
                    loose + " pictures in " + source(),
                    "they are on no page; a page is a sub-folder, with all pictures of one thing");
        }
    }

    private SourcePage page(Path folder, int paper, SkipListener skipped) throws IOException {
        String name = folder.getFileName().toString();
        Optional<PageAnnotation> annotation = Optional.empty();
        try {
            annotation = PageAnnotation.ofFolder(folder);
        } catch (AnnotationException e) {
            skipped.skipped("annotation of " + name, e.getMessage());
        }
        List<Path> pictures;
        try (Stream<Path> found = Files.list(folder)) {
            pictures = found.filter(file -> ImageFiles.isImage(file.toString()))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
        if (pictures.size() > MOST_IMAGES) {
            skipped.skipped(
                    pictures.size() - MOST_IMAGES + " images of page " + name,
                    "a page has at most " + MOST_IMAGES + "; make several pages of it");
            pictures = pictures.subList(0, MOST_IMAGES);
        }
        int colour = ImageFiles.paper(name, paper);
        List<SourcePage.Image> images = new ArrayList<>();
        for (Path picture : pictures) {
            String file = picture.getFileName().toString();
            Factors factors = annotation.map(found -> found.images().get(file)).orElse(Factors.NONE);
            images.add(new SourcePage.Image(
                    file, factors == null ? Factors.NONE : factors, () -> files.read(picture, colour)));
        }
        Factors factors = annotation.map(PageAnnotation::page).orElse(Factors.NONE);
        String id = PageNames.id(source(), name, paper);
        return new SourcePage(id, factors.category("kind").orElse(""), factors, images);
    }

    private void shard(Path file, int paper, PageConsumer action, SkipListener skipped) throws IOException {
        Shard shard = new Shard(file, files, skipped);
        for (Map.Entry<String, List<String>> page : shard.pages().entrySet()) {
            action.accept(shard.page(source(), page.getKey(), "", page.getValue(), paper));
        }
    }

    private String source() {
        return String.valueOf(place.getFileName());
    }
}
