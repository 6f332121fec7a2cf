package dev.semantica.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileObjectStoreTest extends ObjectStoreContractTest {

    @TempDir
    private Path directory;

    private final ObjectStore store = ObjectStores.open(StoreConfig.from(Map.of()));

    @Override
    ObjectStore store() {
        return store;
    }

    @Override
    URI folder() {
        return ObjectUris.of("file", null, directory.resolve("objects").toString());
    }

    @Test
    void whatAKilledWriterLeftIsNoObject() throws IOException {
        store.put(ObjectUris.child(folder(), "a"), ObjectContent.of("a".getBytes(UTF_8), null));
        Files.writeString(directory.resolve("objects/.a.0815.unfinished"), "ha");

        assertThat(store.list(URI.create(folder() + "/"), null, 10).objects())
                .extracting(StoredObject::uri)
                .containsExactly(ObjectUris.child(folder(), "a"));
    }

    @Test
    void linksAreNotListed() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("secret"), "x");
        Files.createDirectory(directory.resolve("objects"));
        Files.createSymbolicLink(directory.resolve("objects/link"), elsewhere);
        Files.createSymbolicLink(directory.resolve("objects/file"), elsewhere.resolve("secret"));
        Files.createSymbolicLink(directory.resolve("objects/loop"), directory.resolve("objects"));

        assertThat(store.list(URI.create(folder() + "/"), null, 10).objects()).isEmpty();
    }

    @Test
    void aFolderIsNoObject() throws IOException {
        Files.createDirectories(directory.resolve("objects/folder"));
        URI uri = ObjectUris.child(folder(), "folder");

        assertThat(store.head(uri)).isEmpty();
        store.delete(uri);
        assertThat(directory.resolve("objects/folder")).isDirectory();
        assertThatThrownBy(() -> store.put(uri, ObjectContent.of(new byte[1], null)))
                .isInstanceOfSatisfying(
                        ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
        assertThatThrownBy(() -> store.get(uri, 10, null))
                .isInstanceOfSatisfying(
                        ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }
}
