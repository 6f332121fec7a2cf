package dev.semantica.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ObjectStore} does. */
abstract class ObjectStoreContractTest {

    /** The store under test. */
    abstract ObjectStore store();

    /** A folder that no other test uses; it need not exist. */
    abstract URI folder();

    private URI uri(String name) {
        return ObjectUris.child(folder(), name);
    }

    private void put(String name, String text) throws IOException {
        store().put(uri(name), ObjectContent.of(text.getBytes(UTF_8), "text/plain"));
    }

    private String text(String name) throws IOException {
        return new String(store().get(uri(name), 1 << 20, null), UTF_8);
    }

    private static void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ObjectStoreException.class, e -> {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
            assertThat(e.retryable()).isEqualTo(reason == Reason.UNAVAILABLE);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.png",
                "deep/er/and/deeper.png",
                "white space & percent %41 + plus.png",
                "Käse – 猫 🐈.png",
                "semi;colon'quote\"hash#question?.png",
                ".hidden"
            })
    void whatIsPutIsGot(String name) throws IOException {
        byte[] bytes = new byte[100_000];
        new Random(7).nextBytes(bytes);
        ObjectContent content = ObjectContent.of(bytes, "image/png");

        store().put(uri(name), content);

        assertThat(store().get(uri(name), bytes.length, content.sha256())).isEqualTo(bytes);
        assertThat(store().head(uri(name))).hasValueSatisfying(object -> {
            assertThat(object.uri()).isEqualTo(uri(name));
            assertThat(object.size()).isEqualTo(bytes.length);
            assertThat(object.lastModified()).isNotNull();
        });
        assertThat(uri(name).toString()).matches("\\p{ASCII}+");
        assertThat(store().list(URI.create(folder() + "/"), null, 10).objects())
                .extracting(StoredObject::uri)
                .containsExactly(uri(name));
    }

    @Test
    void anEmptyObjectIsAnObject() throws IOException {
        put("empty", "");

        assertThat(store().get(uri("empty"), 0, null)).isEmpty();
        assertThat(store().head(uri("empty"))).isPresent();
    }

    @Test
    void aFileIsPutWithoutBeingHeldInMemory(@TempDir Path directory) throws IOException {
        byte[] bytes = new byte[3_000_000];
        new Random(8).nextBytes(bytes);
        Path file = Files.write(directory.resolve("shard.tar"), bytes);

        store().put(uri("shard.tar"), ObjectContent.of(file, "application/x-tar"));

        assertThat(store().get(uri("shard.tar"), bytes.length, null)).isEqualTo(bytes);
    }

    @Test
    void puttingAgainReplaces() throws IOException {
        put("a", "before");
        String version = store().head(uri("a")).orElseThrow().version();
        put("a", "afterwards");

        assertThat(text("a")).isEqualTo("afterwards");
        assertThat(store().head(uri("a")).orElseThrow().version()).isNotEqualTo(version);
    }

    @Test
    void readersSeeOneObjectOrTheOtherWhileItIsReplaced() throws Exception {
        byte[] first = new byte[200_000];
        byte[] second = new byte[300_000];
        java.util.Arrays.fill(second, (byte) 1);
        store().put(uri("a"), ObjectContent.of(first, null));
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 20; i++) {
                    store().put(uri("a"), ObjectContent.of(i % 2 == 0 ? second : first, null));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } finally {
                written.set(true);
            }
        });
        List<byte[]> seen = new ArrayList<>();
        while (!written.get()) {
            byte[] bytes = store().get(uri("a"), 1 << 20, null);
            if (!java.util.Arrays.equals(bytes, first) && !java.util.Arrays.equals(bytes, second)) {
                seen.add(bytes);
            }
        }
        writer.get();
        assertThat(seen).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaid() throws IOException {
        assertFails(Reason.NOT_FOUND, () -> store().get(uri("none"), 10, null));
        assertThat(store().head(uri("none"))).isEmpty();
        store().delete(uri("none"));
        assertThat(store().list(URI.create(uri("none") + "/"), null, 10)).isEqualTo(new ObjectPage(List.of(), false));
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        put("a", "0123456789");

        assertThat(store().get(uri("a"), 10, null)).hasSize(10);
        assertFails(Reason.TOO_LARGE, () -> store().get(uri("a"), 9, null));
    }

    @Test
    void otherBytesThanPromisedAreRefused() throws IOException {
        put("a", "this");

        assertFails(Reason.DIGEST_MISMATCH, () -> store().get(
                        uri("a"), 100, Sha256.of("that".getBytes(UTF_8)).hex()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed bytes", "short", "this is longer than it was"})
    void contentThatChangedMeanwhileIsNotWritten(String now) throws IOException {
        ObjectContent announced = ObjectContent.of("what was there".getBytes(UTF_8), null);
        ObjectContent changed = new ObjectContent(
                () -> new ByteArrayInputStream(now.getBytes(UTF_8)), announced.size(), announced.sha256(), null);
        put("a", "before");

        assertFails(Reason.DIGEST_MISMATCH, () -> store().put(uri("a"), changed));

        assertThat(text("a")).isEqualTo("before");
        assertThat(store().list(uri("a"), null, 10).objects()).hasSize(1);
    }

    @Test
    void aDeletedObjectIsGone() throws IOException {
        put("a", "x");
        put("ab", "x");
        store().delete(uri("a"));

        assertThat(store().head(uri("a"))).isEmpty();
        assertThat(store().head(uri("ab"))).isPresent();
    }

    @Test
    void listingGoesByBytesAndByPages() throws IOException {
        List<String> names = new ArrayList<>(List.of(
                "a-b", "a/b", "a/c/d", "a/c-d", "a.b", "a0", "aa/0", "aa/1", "b", "Z", "é", "猫", "🐈", "a/c/d0"));
        Collections.shuffle(names, new Random(3));
        for (String name : names) {
            put("list/" + name, name);
        }
        put("list.txt", "not below the folder");
        List<URI> expected = names.stream()
                .sorted(ObjectUris::compare)
                .map(name -> uri("list/" + name))
                .toList();

        for (int limit : new int[] {1, 2, 4, 100}) {
            List<URI> found = new ArrayList<>();
            ObjectPage page = store().list(uri("list/x").resolve("."), null, limit);
            page.objects().forEach(object -> found.add(object.uri()));
            while (page.more()) {
                page = store().list(uri("list/x").resolve("."), found.get(found.size() - 1), limit);
                assertThat(page.objects()).hasSizeLessThanOrEqualTo(limit);
                page.objects().forEach(object -> found.add(object.uri()));
            }
            assertThat(found).as("limit %s", limit).isEqualTo(expected);
        }
        assertThat(store().list(uri("list/a/c"), null, 100).objects())
                .extracting(StoredObject::uri)
                .containsExactly(uri("list/a/c-d"), uri("list/a/c/d"), uri("list/a/c/d0"));
        assertThat(store().list(uri("list/x").resolve("."), uri("list/a/c-"), 1).objects())
                .extracting(StoredObject::uri)
                .containsExactly(uri("list/a/c-d"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../x",
                "/a/../../x",
                "//x",
                "/./x",
                "/%2e%2e/x",
                "/a%2f..%2f..%2fx",
                "/x?y",
                "/x#y",
                "/",
                "/%00"
            })
    void namesThatAreNoNamesAreRefused(String path) {
        URI uri = URI.create(folder() + path);

        assertFails(Reason.INVALID, () -> store().get(uri, 10, null));
        assertFails(Reason.INVALID, () -> store().put(uri, ObjectContent.of(new byte[1], null)));
        assertFails(Reason.INVALID, () -> store().head(uri));
        assertFails(Reason.INVALID, () -> store().delete(uri));
    }

    @Test
    void otherSchemesAreRefused() {
        assertFails(Reason.INVALID, () -> store().get(URI.create("ftp://host/x"), 10, null));
        assertFails(Reason.INVALID, () -> store().get(URI.create("relative"), 10, null));
        assertFails(Reason.INVALID, () -> store().get(URI.create("file://host/x"), 10, null));
        assertFails(Reason.INVALID, () -> store().get(URI.create("s3://user@bucket/x"), 10, null));
        assertFails(Reason.INVALID, () -> store().get(URI.create("s3://169.254.169.254/x"), 10, null));
    }
}
