package dev.semantica.sampler.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftFolderTest {

    @TempDir
    private Path parent;

    @Test
    void isInItsPlaceOnlyWhenItIsWhole() throws IOException {
        Path place = parent.resolve("deep").resolve("bundle");
        try (DraftFolder draft = DraftFolder.beside(place)) {
            Files.writeString(draft.folder().resolve("graph"), "weights");
            assertThat(place).doesNotExist();

            assertThat(draft.put()).isEqualTo(place);
        }
        assertThat(place.resolve("graph")).hasContent("weights");
        assertThat(place.getParent().toFile().list()).containsExactly("bundle");
    }

    @Test
    void leavesNothingWhenItIsClosedBeforeThat() throws IOException {
        try (DraftFolder draft = DraftFolder.beside(parent.resolve("bundle"))) {
            Path inner = Files.createDirectory(draft.folder().resolve("inner"));
            Files.writeString(inner.resolve("graph"), "half");
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void replacesNothing() throws IOException {
        Path taken = Files.writeString(parent.resolve("bundle"), "mine");

        assertThatThrownBy(() -> DraftFolder.beside(taken))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("exists already; name another directory, or remove it");
        assertThat(taken).hasContent("mine");
    }
}
