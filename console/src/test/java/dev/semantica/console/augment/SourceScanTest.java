package dev.semantica.console.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.console.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceScanTest {

    @TempDir
    Path directory;

    @Test
    void findsPicturesAndKeepsSubFoldersAsLabels() throws Exception {
        touch("top.PNG");
        touch("cat/tom.jpg");
        touch("cat/deep/kit.webp");
        touch("cat/notes.txt");
        touch(".hidden/x.png");
        touch("out/images/y.png");

        List<SourceImage> found = SourceScan.scan(List.of(directory), directory.resolve("out"));

        assertThat(found)
                .extracting(SourceImage::id, SourceImage::label)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("cat/deep/kit.webp", "cat/deep"),
                        org.assertj.core.groups.Tuple.tuple("cat/tom.jpg", "cat"),
                        org.assertj.core.groups.Tuple.tuple("top.PNG", null));
    }

    @Test
    void takesAFileThatIsNamedWhateverItIsCalled() throws Exception {
        assertThat(SourceScan.scan(List.of(touch("strange")), directory.resolve("out")))
                .extracting(SourceImage::id)
                .containsExactly("strange");
    }

    @Test
    void namesEveryProblem() throws Exception {
        Path a = touch("a/same.png");
        Path b = touch("b/same.png");

        assertThatThrownBy(() -> SourceScan.scan(List.of(a, b, directory.resolve("missing")), Path.of("out")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("same.png")
                .hasMessageContaining("missing does not exist");
        assertThatThrownBy(() -> SourceScan.scan(List.of(Files.createDirectories(directory.resolve("empty"))), a))
                .hasMessageContaining("No pictures found");
    }

    private Path touch(String name) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[] {1});
    }
}
