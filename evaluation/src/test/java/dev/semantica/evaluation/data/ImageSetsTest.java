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
    void labelsOfMetadataWin() throws Exception {
        write("train/0.png", "0");
        write("train/1.png", "1");
        write("train/2.png", "2");
        write("train/sub/3.png", "3");
        write("train/metadata.jsonl", """
                {"file_name": "0.png", "label": "cat", "source": "x"}
                {"file_name": "1.png", "label": 7}
                {"file_name": "sub/3.png", "label": ""}
                """);
        Map<String, String> files = new TreeMap<>();
        files.put("k1.png", "first");
        files.put("k1.json", "{\"label\": \"dog\", \"source\": \"y\"}");
        files.put("page.0.png", "second");
        files.put("page.0.json", "{\"label\": \"fish\"}");
        files.put("page.1.png", "third");
        files.put("page.1.json", "[1, 2]");
        tar(directory.resolve("shard-0000.tar"), files);

        assertThat(ImageSets.of(directory))
                .extracting(image -> image.id() + "=" + image.label())
                .containsExactly(
                        "k1.png=dog",
                        "page.0.png=fish",
                        "page.1.png=page",
                        "train/0.png=cat",
                        "train/1.png=7",
                        "train/2.png=train",
                        "train/sub/3.png=train/sub");
    }

    @Test
    void metadataThatIsWrongIsNamedWithItsLine() throws Exception {
        write("0.png", "0");
        for (Map.Entry<String, String> wrong : Map.of(
                        "{\"file_name\": \"0.png\"}\n{\"file_na", "metadata.jsonl, line 2 is no JSON",
                        "[]", "metadata.jsonl, line 1 is no object",
                        "{\"label\": \"cat\"}", "metadata.jsonl, line 1 has no file_name",
                        "{\"file_name\": \"../../0.png\"}", "names 1 images that are not there")
                .entrySet()) {
            write("metadata.jsonl", wrong.getKey());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> ImageSets.of(directory))
                    .withMessageContaining(wrong.getValue());
        }
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
