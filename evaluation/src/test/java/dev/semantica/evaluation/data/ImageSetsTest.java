package dev.semantica.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetsTest {

    @TempDir
    Path directory;

    @Test
    void foldersAreLabels() throws Exception {
        write("cat/tom.png", "1");
        write("cat/long/felix.JPG", "2");
        write("stray.webp", "3");
        write("cat/notes.txt", "no image");
        write(".hidden/x.png", "no image");

        assertThat(ImageSets.of(directory))
                .extracting(image -> image.id() + "=" + image.label())
                .containsExactly("cat/long/felix.JPG=cat/long", "cat/tom.png=cat", "stray.webp=");
        assertThat(ImageSets.of(directory).get(1).content().read()).isEqualTo(new byte[] {'1'});
    }

    @Test
    void samplesOfAShardAreLabelledByTheirClsFileOrTheirName() throws Exception {
        Map<String, String> files = new TreeMap<>();
        files.put("0001.noto.png", "first");
        files.put("0001.flat.png", "second");
        files.put("0002.jpg", "third");
        files.put("0002.cls", "dog\n");
        files.put("0002.json", "{}");
        tar(directory.resolve("shard-0000.tar"), files);

        assertThat(ImageSets.of(directory))
                .extracting(image -> image.id()
                        + "="
                        + image.label()
                        + "="
                        + new String(image.content().read(), StandardCharsets.UTF_8))
                .containsExactly("0001.flat.png=0001=second", "0001.noto.png=0001=first", "0002.jpg=dog=third");
        assertThat(ImageSets.of(directory.resolve("shard-0000.tar"))).hasSize(3);
    }

    @Test
    void aSetThatIsNoneIsRefusedInWords() throws Exception {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ImageSets.of(directory))
                .withMessageContaining("holds no image");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ImageSets.of(directory.resolve("gone")))
                .withMessageContaining("does not exist");
        write("broken.tar", "no tar at all".repeat(100));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ImageSets.of(directory))
                .withMessageContaining("broken.tar");
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void tar(Path shard, Map<String, String> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(shard);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(bytes.length);
                tar.putArchiveEntry(entry);
                tar.write(bytes);
                tar.closeArchiveEntry();
            }
        }
    }
}
