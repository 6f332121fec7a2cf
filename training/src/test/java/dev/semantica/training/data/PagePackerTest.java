package dev.semantica.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagePackerTest {

    private static final int SIDE = 16;

    @TempDir
    private Path folder;

    private final List<String> skipped = new ArrayList<>();

    @Test
    void whatIsWrongWithAPageCostsOnlyItselfAndIsNamed() throws Exception {
        Source source = new Source();
        source.page("one-image", image("0", 1));
        source.page("twice-the-same", image("0", 2), image("1", 3), image("2", 2));
        source.page("broken", broken("0"), image("1", 4));
        source.page("all-broken", broken("0"));
        PackedPages store = pack(folder, source);

        assertThat(store.pages()).extracting(PackedPage::id).containsExactly("one-image", "twice-the-same", "broken");
        assertThat(store.pages()).extracting(PackedPage::images).containsExactly(1, 3, 1);
        assertThat(store.images()).isEqualTo(5);
        assertThat(store.identical()).isEqualTo(1);
        assertThat(skipped)
                .containsExactly(
                        "image 0 of page broken: cut off",
                        "image 0 of page all-broken: cut off",
                        "page all-broken: none of its images can be read");
        Path packed = packed();
        assertThat(Files.readAllLines(packed.resolve("skipped.jsonl"))).hasSize(3);
        assertThat(Files.readAllLines(packed.resolve("identical.jsonl")))
                .singleElement()
                .asString()
                .contains("\"page\":\"twice-the-same\"")
                .contains("\"image\":\"2\"")
                .contains("\"same\":\"0\"");
    }

    /** Pairs are made of what is on a page together. */
    @Test
    void theSameImagesOnOtherPagesAreOtherData() throws Exception {
        Source one = new Source();
        one.page("a", image("0", 1), image("1", 2));
        one.page("b", image("0", 3), image("1", 4));
        Source other = new Source();
        other.page("a", image("0", 1), image("1", 2), image("2", 3));
        other.page("b", image("0", 4));
        Source renamed = new Source();
        renamed.page("a", image("0", 1), image("1", 2));
        renamed.page("c", image("0", 3), image("1", 4));
        String digest = pack(folder.resolve("one"), one).digest();

        assertThat(pack(folder.resolve("again"), one).digest()).isEqualTo(digest);
        assertThat(pack(folder.resolve("other"), other).digest()).isNotEqualTo(digest);
        assertThat(pack(folder.resolve("renamed"), renamed).digest()).isNotEqualTo(digest);
    }

    @Test
    void killedInTheMiddleItStartsOverAndLeavesNothingHalf() throws Exception {
        Source source = new Source();
        for (int i = 0; i < 600; i++) {
            source.page("page-" + i, image("0", i));
        }
        source.killAfter = 400;
        assertThatThrownBy(() -> pack(folder, source)).isInstanceOf(AssertionError.class);
        // A process that is killed cannot clean up: a half store lies there as it would leave it.
        source.killAfter = Integer.MAX_VALUE;
        PackedPages whole = pack(folder.resolve("whole"), source);
        String name = packed(folder.resolve("whole")).getFileName().toString();
        Path half = Files.createDirectories(folder.resolve("." + name + ".packing"));
        Files.write(half.resolve("pixels.bin"), new byte[100]);
        Files.writeString(half.resolve("pages.jsonl"), "{\"id\":\"pa");

        PackedPages store = pack(folder, source);

        assertThat(store.digest()).isEqualTo(whole.digest());
        assertThat(store.pages()).hasSize(600);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder(name, "whole");
        }
    }

    @Test
    void givenUpAtTheLastProgressItKeepsWhatIsWhole() throws Exception {
        Source source = new Source();
        source.page("a", image("0", 1));
        source.page("b", image("0", 2));
        assertThatThrownBy(() -> new PagePacker(folder, SIDE)
                        .pack(
                                List.of(source),
                                done -> {
                                    throw new IllegalStateException("told to stop after " + done);
                                },
                                (what, cause) -> {}))
                .hasMessage("told to stop after 2");

        assertThat(PackedPages.open(packed()).pages())
                .extracting(PackedPage::id)
                .containsExactly("a", "b");
    }

    @Test
    void aStoreWhoseFilesDisagreeIsNotTakenForWhole() throws Exception {
        Source source = new Source();
        source.page("a", image("0", 1));
        source.page("b", image("0", 2));
        pack(folder, source);
        Path index = packed().resolve("pages.jsonl");
        List<String> lines = Files.readAllLines(index);
        Files.write(index, lines.subList(0, 1));

        assertThatThrownBy(() -> pack(folder, source))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 pages instead of 2")
                .hasMessageContaining("packed again");
    }

    @Test
    void aFullDiskIsNamedAndLeavesNothing() throws Exception {
        Source source = new Source();
        for (int i = 0; i < 100; i++) {
            source.page("page-" + i, image("0", i));
        }
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setMaxSize(40_000)
                .setBlockSize(512)
                .build())) {
            Path small = disk.getPath("/run");
            assertThatThrownBy(() -> pack(small, source))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("could not be packed below /run")
                    .hasMessageContaining("Make room");
            try (Stream<Path> left = Files.list(small)) {
                assertThat(left.map(Path::toString)).noneMatch(path -> path.contains("packing"));
            }
            assertThatThrownBy(() -> FrozenTensors.of(
                            small.resolve("frozen").resolve("x"),
                            100,
                            1000,
                            images -> new float[images.length * 1000],
                            done -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("x.unfinished could not be written")
                    .hasMessageContaining("Make room");
            assertThat(small.resolve("frozen").resolve("x")).doesNotExist();
        }
    }

    @Test
    void severalOutputsComeInOnePassAndGoOnWhereTheyStopped() throws Exception {
        List<FrozenTensors.Output> outputs = List.of(
                new FrozenTensors.Output(folder.resolve("wide"), 3),
                new FrozenTensors.Output(folder.resolve("narrow"), 1));
        List<Integer> asked = new ArrayList<>();
        int[] killedAt = {128};
        FrozenTensors.Networks network = images -> {
            if (images[0] == killedAt[0]) {
                throw new IllegalStateException("killed");
            }
            asked.add(images[0]);
            float[] wide = new float[3 * images.length];
            float[] narrow = new float[images.length];
            for (int i = 0; i < images.length; i++) {
                Arrays.fill(wide, 3 * i, 3 * i + 3, images[i]);
                narrow[i] = -images[i];
            }
            return List.of(wide, narrow);
        };
        assertThatThrownBy(() -> FrozenTensors.of(outputs, 150, network, done -> {}))
                .hasMessage("killed");
        asked.clear();
        killedAt[0] = -1;
        List<FrozenTensors> found = FrozenTensors.of(outputs, 150, network, done -> {});

        assertThat(asked).containsExactly(128, 144);
        assertThat(found.get(0).read(new int[] {149, 3})).containsExactly(149, 149, 149, 3, 3, 3);
        assertThat(found.get(1).read(new int[] {149, 3})).containsExactly(-149, -3);
    }

    private PackedPages pack(Path place, Source source) throws IOException {
        return new PagePacker(place, SIDE)
                .pack(List.of(source), done -> {}, (what, cause) -> skipped.add(what + ": " + cause));
    }

    private Path packed() throws IOException {
        return packed(folder);
    }

    private static Path packed(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pages-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static SourcePage.Image image(String name, int shade) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (shade * 31 + (i * shade) % 7);
        }
        return new SourcePage.Image(name, Factors.NONE, () -> new RgbImage(SIDE, SIDE, rgb));
    }

    private static SourcePage.Image broken(String name) {
        return new SourcePage.Image(name, Factors.NONE, () -> {
            throw new IOException("cut off");
        });
    }

    private static final class Source implements PageSource {
        private final Map<String, List<SourcePage.Image>> pages = new LinkedHashMap<>();
        private int killAfter = Integer.MAX_VALUE;

        void page(String id, SourcePage.Image... images) {
            pages.put(id, List.of(images));
        }

        @Override
        public Map<String, Object> describe() {
            return Map.of("type", "test");
        }

        @Override
        public String fingerprint() {
            return Integer.toString(pages.size());
        }

        @Override
        public void forEach(PageConsumer action, SkipListener listener) throws IOException {
            int given = 0;
            for (Map.Entry<String, List<SourcePage.Image>> page : pages.entrySet()) {
                if (given++ == killAfter) {
                    throw new AssertionError("killed");
                }
                action.accept(new SourcePage(page.getKey(), "", Factors.NONE, page.getValue()));
            }
        }
    }
}
