package dev.semantica.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeVariationsTest {

    @TempDir
    Path directory;

    private List<LabelledImage> dataset;

    @BeforeEach
    void dataset() throws IOException {
        write("dataset/cat/tom.png", "tom");
        write("dataset/cat/felix.png", "felix");
        write("dataset/dog/rex.png", "rex");
        dataset = ImageSets.of(directory.resolve("dataset"));
    }

    @Test
    void findsSourcesByDigestElseByName() throws Exception {
        write("made/contact-sheet.png", "no variation");
        write("made/images/a_000.png", "first");
        write("made/images/a_001.png", "second");
        write("made/images/b_000.png", "third");
        write("made/images/c_000.png", "fourth");
        write("made/images/metadata.jsonl", """
                {"file_name":"a_001.png","source":"cat/tom.png","index":1,"source_sha256":"%s"}
                {"file_name":"a_000.png","source":"cat/tom.png","index":0,"source_sha256":"%s"}

                {"file_name":"b_000.png","source":"renamed.png","index":0,"source_sha256":"%s"}
                {"file_name":"c_000.png","source":"lost.png","index":0,"source_sha256":"%s"}
                """.formatted(
                        DigestUtils.sha256Hex("tom"),
                        DigestUtils.sha256Hex("tom"),
                        DigestUtils.sha256Hex("rex"),
                        DigestUtils.sha256Hex("lost")));

        MadeVariations made = MadeVariations.of(MadeVariations.in(directory.resolve("made")), dataset);

        assertThat(made.sources()).isEqualTo(2);
        assertThat(made.strangers()).containsExactly("lost.png");
        assertThat(texts(made, "cat/tom.png", 9)).containsExactly("first", "second");
        assertThat(texts(made, "cat/tom.png", 1)).containsExactly("first");
        assertThat(texts(made, "dog/rex.png", 9)).containsExactly("third");
        assertThat(made.has(image("cat/felix.png"))).isFalse();
    }

    @Test
    void aNameWithoutADigestIsEnoughButNotWithAnotherOne() throws Exception {
        write("made/a.png", "first");
        write("made/b.png", "second");
        write("made/metadata.jsonl", """
                {"file_name":"a.png","source":"cat/tom.png"}
                {"file_name":"b.png","source":"dog/rex.png","source_sha256":"%s"}
                """.formatted(DigestUtils.sha256Hex("an older rex")));

        MadeVariations made = MadeVariations.of(MadeVariations.in(directory.resolve("made")), dataset);

        assertThat(texts(made, "cat/tom.png", 9)).containsExactly("first");
        assertThat(made.has(image("dog/rex.png"))).isFalse();
        assertThat(made.strangers()).containsExactly("dog/rex.png");
    }

    @Test
    void saysWhenNothingIsAVariationOrOfThisDataset() throws Exception {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MadeVariations.in(directory.resolve("dataset")))
                .withMessageContaining("holds no image whose metadata names its source");

        write("made/a.png", "first");
        write("made/metadata.jsonl", "{\"file_name\":\"a.png\",\"source\":\"elsewhere.png\"}");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MadeVariations.of(MadeVariations.in(directory.resolve("made")), dataset))
                .withMessageContaining("the dataset holds none")
                .withMessageContaining("elsewhere.png");
    }

    private LabelledImage image(String id) {
        return dataset.stream()
                .filter(image -> image.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<String> texts(MadeVariations made, String id, int most) throws IOException {
        return made.of(image(id), most).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
