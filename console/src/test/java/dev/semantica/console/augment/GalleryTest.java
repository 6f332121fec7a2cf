package dev.semantica.console.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GalleryTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"3, 3, 3", "30, 30, 24", "203, 200, 24"})
    void aPageHoldsNoMorePicturesThanMemory(int pictures, int onPage, int onSheet) throws Exception {
        assertThat(write(pictures)).isEqualTo(onSheet);

        String page = Files.readString(directory.resolve("out").resolve(Gallery.PAGE));
        assertThat(page.split("<section>", -1)).hasSize(onPage + 1);
        assertThat(page.contains("200 of 203 pictures; the others are in <code>images</code>"))
                .isEqualTo(pictures > Gallery.PAGE_LINES);
        assertThat(directory.resolve("out").resolve(Gallery.SHEET)).isNotEmptyFile();
    }

    @Test
    void nothingIsShownOfNothing() throws Exception {
        assertThat(write(0)).isZero();

        assertThat(directory.resolve("out").resolve(Gallery.PAGE)).doesNotExist();
    }

    private int write(int pictures) throws Exception {
        Path picture = directory.resolve("tom.png");
        Files.write(picture, ImageEncoder.PNG.encode(new RgbImage(8, 8, new byte[3 * 64]), Map.of()));
        List<SourceImage> sources = IntStream.range(0, pictures)
                .mapToObj(i -> new SourceImage(picture, "tom" + i + ".png", null))
                .toList();
        try (OutputFolder output = OutputFolder.open(directory.resolve("out"), OutputFolderTest.ofSeed(0), sources)) {
            for (SourceImage source : sources) {
                OutputFolderTest.write(output, OutputFolderTest.variation(source.id(), 0));
            }
            return new Gallery(output).write(sources);
        }
    }
}
