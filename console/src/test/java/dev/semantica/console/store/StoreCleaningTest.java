package dev.semantica.console.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.store.ObjectContent;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.ObjectUris;
import dev.semantica.store.StoreConfig;
import dev.semantica.store.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCleaningTest {

    private static final Instant YOUNGEST = Instant.parse("2026-01-02T00:00:00Z");
    private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NEW = Instant.parse("2026-01-03T00:00:00Z");

    @TempDir
    private Path directory;

    private final ObjectStore store = ObjectStores.open(StoreConfig.from(Map.of()));
    private final StoreCleaning cleaning = new StoreCleaning(store, YOUNGEST);

    private URI folder() {
        return URI.create("file://" + directory);
    }

    private URI put(String name, Instant written) throws IOException {
        URI uri = ObjectUris.child(folder(), name);
        store.put(uri, ObjectContent.of(new byte[10], null));
        Files.setLastModifiedTime(directory.resolve(name), FileTime.from(written));
        return uri;
    }

    @Test
    void findsWhatIsOldAndReferencedByNobody() throws IOException {
        URI kept = put("a/kept é.png", OLD);
        URI orphan = put("a/orphan.png", OLD);
        put("b/young.png", NEW);
        URI youngAndKept = put("b/young-kept.png", NEW);
        put(".writable", OLD);

        StoreCleaning.Findings findings =
                cleaning.find(folder(), () -> Set.of(kept.toString(), youngAndKept.toString()));

        assertThat(findings.orphans()).extracting(StoredObject::uri).containsExactly(orphan);
        assertThat(findings.objects()).isEqualTo(5);
        assertThat(findings.bytes()).isEqualTo(50);
        assertThat(findings.young()).isEqualTo(1);
        assertThat(findings.orphanBytes()).isEqualTo(10);
    }

    @Test
    void aReferenceMayBeEncodedInAnotherWay() throws IOException {
        URI brackets = put("photo (1).jpg", OLD);
        URI accent = put("é.jpg", OLD);
        assertThat(brackets.toString()).endsWith("photo%20(1).jpg");
        assertThat(accent.toString()).endsWith("%C3%A9.jpg");

        StoreCleaning.Findings findings = cleaning.find(
                folder(),
                () -> Set.of(folder() + "/photo%20%281%29.jpg", folder() + "/%c3%a9.jpg", "no URI: %", "mailto:me"));

        assertThat(findings.orphans()).isEmpty();
        assertThat(findings.referenced()).isEqualTo(2);
    }

    @Test
    void everyPageOfTheListingIsSeen() throws IOException {
        for (int i = 0; i < ObjectStore.MAX_PAGE + 5; i++) {
            Files.setLastModifiedTime(Files.write(directory.resolve("o" + i), new byte[1]), FileTime.from(OLD));
        }

        assertThat(cleaning.find(folder(), Set::of).orphans()).hasSize(ObjectStore.MAX_PAGE + 5);
    }

    @Test
    void whatWasWrittenAgainMeanwhileStays() throws IOException {
        put("again.png", OLD);
        put("gone.png", OLD);
        StoreCleaning.Findings findings = cleaning.find(folder(), Set::of);
        put("again.png", NEW);

        for (StoredObject orphan : findings.orphans()) {
            assertThat(cleaning.delete(orphan)).isEqualTo(orphan.uri().getPath().endsWith("gone.png"));
        }
        assertThat(directory.resolve("again.png")).exists();
        assertThat(directory.resolve("gone.png")).doesNotExist();
    }
}
