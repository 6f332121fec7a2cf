package dev.semantica.pages.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.ProceduralPages;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.factor.ImageAnnotation;
import dev.semantica.pages.factor.PageAnnotation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesFolderTest {

    private static final PagesConfig CONFIG = new PagesConfig(8, 2, 32, List.of(Kind.KEY, Kind.FISH), 0.2, 0.2);

    @TempDir
    private Path folder;

    @Test
    void foldersHoldImagesAndTheirFactors() throws IOException {
        assertThat(write(folders(0, 5))).isEqualTo(5);
        var page = new ProceduralPages(CONFIG).page(3);
        Path there = folder.resolve(page.id());
        assertThat(PageAnnotation.ofFolder(there)).contains(page.annotation());
        BufferedImage read = ImageIO.read(there.resolve("1.png").toFile());
        BufferedImage drawn = page.render(1);
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                assertThat(read.getRGB(x, y)).isEqualTo(drawn.getRGB(x, y));
            }
        }
        assertThat(ImageIO.read(folder.resolve("sheet.png").toFile()).getWidth())
                .isEqualTo(2 * 2 * 32 + 8);
        assertThat(names()).contains("pages.json").noneMatch(name -> name.startsWith("."));
    }

    @Test
    void shardsKeepThePagesTogetherAndAreTheSameEveryTime(@TempDir Path other) throws IOException {
        PagesPlan plan = new PagesPlan(CONFIG, 10, 7, 3);
        assertThat(write(plan)).isEqualTo(7);
        assertThat(names()).contains("pages-000000.tar", "pages-000001.tar", "pages-000002.tar");
        var page = new ProceduralPages(CONFIG).page(16);
        List<String> members = new ArrayList<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(Files.newInputStream(folder.resolve("pages-000002.tar")))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                members.add(entry.getName());
                byte[] content = tar.readAllBytes();
                if (entry.getName().endsWith("1.json")) {
                    assertThat(ImageAnnotation.read("m", content))
                            .isEqualTo(new ImageAnnotation(page.factors(), page.imageFactors(1)));
                }
            }
        }
        assertThat(members)
                .containsExactly(
                        page.id() + ".0.png", page.id() + ".0.json", page.id() + ".1.png", page.id() + ".1.json");
        PagesFolder.open(other, plan).write(1, done -> {});
        for (String shard : List.of("pages-000000.tar", "pages-000002.tar")) {
            assertThat(Files.mismatch(folder.resolve(shard), other.resolve(shard)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void aSecondRunWritesOnlyWhatIsMissing() throws IOException {
        write(folders(0, 4));
        String lost = new ProceduralPages(CONFIG).page(2).id();
        Map<String, Long> before = times();
        Whole.delete(folder.resolve(lost));
        Files.createDirectories(folder.resolve(".unfinished-" + lost));
        assertThat(write(folders(0, 6))).isEqualTo(3);
        assertThat(names()).contains(lost).noneMatch(name -> name.startsWith("."));
        before.remove(lost);
        assertThat(times()).containsAllEntriesOf(before);
    }

    @Test
    void aStoppedRunLeavesNothingHalfAndIsContinued() throws IOException {
        PagesPlan plan = new PagesPlan(CONFIG, 0, 20, 4);
        PagesFolder stopping = PagesFolder.open(folder, plan);
        int written = stopping.write(1, done -> {
            if (done >= 8) {
                stopping.stop();
            }
        });
        assertThat(written).isEqualTo(8);
        assertThat(stopping.isStopped()).isTrue();
        assertThat(names()).containsExactlyInAnyOrder("pages.json", "pages-000000.tar", "pages-000001.tar");
        assertThat(write(plan)).isEqualTo(12);
    }

    @Test
    void otherSettingsAreRefusedWithAWord() throws IOException {
        write(folders(0, 2));
        PagesPlan other = new PagesPlan(new PagesConfig(9, 2, 32, List.of(Kind.KEY), 0.2, 0.2), 0, 2, 0);
        assertThatThrownBy(() -> PagesFolder.open(folder, other))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("seed 8 instead of 9")
                .hasMessageContaining("kinds");
        assertThatThrownBy(() -> PagesFolder.open(folder, new PagesPlan(CONFIG, 0, 2, 2)))
                .hasMessageContaining("pages-per-shard 0 instead of 2");
    }

    @Test
    void aFolderOfSomethingElseIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("diary.txt"), "dear");
        assertThatThrownBy(() -> PagesFolder.open(folder, folders(0, 1)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("diary.txt");
        assertThat(names()).containsExactly("diary.txt");
        assertThatThrownBy(() -> PagesFolder.open(folder.resolve("diary.txt"), folders(0, 1)))
                .hasMessageContaining("is a file");
    }

    @Test
    void aFailureIsNamedAndKeepsWhatIsWhole() throws IOException {
        String blocked = new ProceduralPages(CONFIG).page(1).id();
        PagesFolder pages = PagesFolder.open(folder, folders(0, 3));
        Files.writeString(folder.resolve(".unfinished-" + blocked), "in the way");
        assertThatThrownBy(() -> pages.write(1, done -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(blocked);
        assertThat(names()).contains(new ProceduralPages(CONFIG).page(0).id());
        assertThat(write(folders(0, 3))).isEqualTo(2);
    }

    private static PagesPlan folders(long first, int pages) {
        return new PagesPlan(CONFIG, first, pages, 0);
    }

    private int write(PagesPlan plan) throws IOException {
        return PagesFolder.open(folder, plan).write(2, done -> {});
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private Map<String, Long> times() throws IOException {
        Map<String, Long> times = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.filter(Files::isDirectory).toList()) {
                times.put(
                        entry.getFileName().toString(),
                        Files.getLastModifiedTime(entry).toMillis());
            }
        }
        return times;
    }
}
