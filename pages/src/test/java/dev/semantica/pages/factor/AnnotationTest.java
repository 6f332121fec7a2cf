package dev.semantica.pages.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotationTest {

    private static final Factors PAGE =
            Factors.NONE.with("kind", "bird").with("size", 0.25).with("petals", 8.0);
    private static final Factors IMAGE = Factors.NONE.with("mirror", true).with("x", -0.125);

    @Test
    void whatIsWrittenIsRead() throws IOException {
        PageAnnotation page = new PageAnnotation(PAGE, Map.of("0.png", IMAGE, "1.png", Factors.NONE));
        assertThat(PageAnnotation.read("test", page.toJson())).isEqualTo(page);
        ImageAnnotation image = new ImageAnnotation(PAGE, IMAGE);
        assertThat(ImageAnnotation.read("test", image.toJson())).isEqualTo(image);
        assertThat(new String(page.toJson(), StandardCharsets.UTF_8))
                .contains("\"mirror\":true")
                .contains("\"petals\":8");
    }

    @Test
    void valuesAreFoundByNameAndForm() {
        assertThat(PAGE.category("kind")).contains("bird");
        assertThat(PAGE.quantity("size")).hasValue(0.25);
        assertThat(PAGE.category("size")).isEmpty();
        assertThat(PAGE.quantity("kind")).isEmpty();
        assertThat(IMAGE.category("mirror")).contains("true");
    }

    @Test
    void aFolderMayHaveNone(@TempDir Path folder) throws IOException {
        assertThat(PageAnnotation.ofFolder(folder)).isEmpty();
        Files.writeString(
                folder.resolve("factors.json"), "{\"format\":\"semantica-factors/1\",\"page\":{},\"images\":{}}");
        assertThat(PageAnnotation.ofFolder(folder)).contains(new PageAnnotation(Factors.NONE, Map.of()));
    }

    @Test
    void aFolderTooLargeIsNotReadWhole(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("factors.json"), new byte[(4 << 20) + 10]);
        assertThatThrownBy(() -> PageAnnotation.ofFolder(folder))
                .isInstanceOf(AnnotationException.class)
                .hasMessageContaining("bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|must be an object",
                "[]|must be an object, but is an array",
                "{|no readable JSON",
                "{}{}|no readable JSON",
                "{\"page\":{},\"images\":{}}|\"format\" must be",
                "{\"format\":\"other/9\",\"page\":{},\"images\":{}}|but is \"other/9\"",
                "{\"format\":\"semantica-factors/1\",\"images\":{}}|\"page\" must be an object of factors, but is missing",
                "{\"format\":\"semantica-factors/1\",\"page\":{}}|\"images\" must be an object",
                "{\"format\":\"semantica-factors/1\",\"page\":{},\"images\":{},\"more\":1}|\"more\" is not known",
                "{\"format\":\"semantica-factors/1\",\"page\":{\"a\":null},\"images\":{}}|factor \"a\" of \"page\"",
                "{\"format\":\"semantica-factors/1\",\"page\":{\"a\":[1]},\"images\":{}}|but is an array",
                "{\"format\":\"semantica-factors/1\",\"page\":{\"a\":1e999},\"images\":{}}|finite",
                "{\"format\":\"semantica-factors/1\",\"page\":{\"a\":\"\"},\"images\":{}}|1 to 256",
                "{\"format\":\"semantica-factors/1\",\"page\":{\"a\":1,\"a\":2},\"images\":{}}|Duplicate",
                "{\"format\":\"semantica-factors/1\",\"page\":{},\"images\":{\"../0.png\":{}}}|name must be that of a file",
                "{\"format\":\"semantica-factors/1\",\"page\":{},\"images\":{\"0.png\":3}}|\"0.png\" must be an object",
                "[[[[[[[[[[[[]]]]]]]]]]]]|no readable JSON",
            })
    void hostileAnnotationsAreRefusedWithAWord(String json, String word) {
        assertThatThrownBy(() -> PageAnnotation.read("page-7", json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(AnnotationException.class)
                .hasMessageStartingWith("page-7: ")
                .hasMessageContaining(word);
    }

    @Test
    void aShardsMemberHasNothingElse() {
        assertThatThrownBy(() -> ImageAnnotation.read(
                        "m", "{\"page\":{},\"image\":{},\"x\":1}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("known are image, page");
    }

    @Test
    void tooManyFactorsAreRefused() {
        StringBuilder json = new StringBuilder("{\"page\":{\"f\":1");
        for (int i = 0; i < 300; i++) {
            json.append(",\"f").append(i).append("\":1");
        }
        byte[] bytes = json.append("},\"image\":{}}").toString().getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ImageAnnotation.read("m", bytes)).hasMessageContaining("256 factors");
    }
}
