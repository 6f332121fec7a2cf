package dev.semantica.sampler.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.store.HttpReader;
import dev.semantica.store.ObjectReader;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.StoreConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceImagesTest {

    private static final byte[] CONTENT = "an image".getBytes(UTF_8);

    private final List<URI> asked = new ArrayList<>();
    private final ObjectReader reader = (uri, maxBytes, sha256) -> {
        asked.add(uri);
        return CONTENT;
    };

    private SourceImages sources(String... allowed) {
        return new SourceImages(List.of(allowed), 100, reader, reader);
    }

    private static ImageReference reference(String uri) throws Exception {
        return reference(uri, DigestUtils.sha256Hex(CONTENT));
    }

    private static ImageReference reference(String uri, String sha256) {
        return ImageReference.newBuilder().setUri(uri).setSha256(sha256).build();
    }

    private static void assertRefused(SourceImages sources, ImageReference reference, FailureReason reason) {
        assertThatThrownBy(() -> sources.get(reference))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void aFileThatHoldsMoreThanItsSizeSaidIsNotReadToItsEnd() throws Exception {
        // The kernel's files say that they are empty.
        Path file = Path.of("/proc/self/maps").toRealPath();
        assertThat(Files.size(file)).isZero();
        assertThat(Files.readAllBytes(file)).hasSizeGreaterThan(100);

        assertRefused(
                sources(file.getParent().toUri().toString()),
                reference(file.toUri().toString()),
                FailureReason.IMAGE_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://images/cats/a.png",
                "s3://images/cats/deep/a%20b.png",
                "https://img.example/x/a.png",
                "https://IMG.example/x/a.png?size=2",
                "http://plain.example:8080/a.png"
            })
    void whatLiesBelowAnAllowedPrefixIsRead(String uri) throws Exception {
        SourceImages sources = sources("s3://images/cats/", "https://img.example/x", "http://plain.example:8080");

        assertThat(sources.get(reference(uri)).bytes()).isEqualTo(CONTENT);
        assertThat(asked).containsExactly(URI.create(uri));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://images/cats.png",
                "s3://images/catsandmore/a.png",
                "s3://images/dogs/a.png",
                "s3://other/cats/a.png",
                "s3://images@other/cats/a.png",
                "s3://images/cats/../dogs/a.png",
                "s3://images/cats/%2e%2e/dogs/a.png",
                "s3://images/cats/..%2fdogs%2fa.png",
                "s3://images/cats/..%5cdogs/a.png",
                "s3:images/cats/a.png",
                "http://img.example/x/a.png",
                "https://img.example:444/x/a.png",
                "https://img.example.evil.example/x/a.png",
                "https://img.example@evil.example/x/a.png",
                "https://evil.example/?https://img.example/x/a.png",
                "https://img.example/xx/a.png",
                "https://img.example/x/%2E%2E/secret",
                "https://img.example/x/../secret",
                "https://[::1]/x/a.png",
                "https://127.0.0.1/x/a.png",
                "gopher://img.example/x/a.png",
                "jar:file:///x!/y",
                "//img.example/x/a.png",
                "a.png",
                "",
                "https://img.example/x/a b"
            })
    void whatDoesNotIsNeverAskedFor(String uri) throws Exception {
        SourceImages sources = sources("s3://images/cats/", "https://img.example/x");

        assertRefused(sources, reference(uri), FailureReason.REFERENCE_NOT_ALLOWED);
        assertThat(asked).isEmpty();
    }

    @Test
    void aStoreThatDoesNotAnswerIsATypedFailure() throws Exception {
        StoreConfig config = StoreConfig.from(Map.of(
                "store.s3.endpoint", "http://127.0.0.1:1",
                "store.s3.path.style", "true",
                "store.s3.access.key.id", "key",
                "store.s3.secret.access.key", "secret",
                "store.request.attempts", "1",
                "store.unavailable.timeout.ms", "300"));
        try (ObjectStore store = ObjectStores.open(config)) {
            SourceImages sources =
                    new SourceImages(List.of("s3://images"), 100, ObjectStores.patient(store, config), reader);

            assertRefused(sources, reference("s3://images/a"), FailureReason.REFERENCE_UNAVAILABLE);
        }
    }

    @Test
    void anAllowedHostAtAPrivateAddressIsNotConnectedTo() throws Exception {
        try (HttpReader web = HttpReader.open(StoreConfig.from(Map.of()), false)) {
            SourceImages sources = new SourceImages(List.of("http://localhost:1/"), 100, reader, web);

            assertRefused(sources, reference("http://localhost:1/a"), FailureReason.REFERENCE_NOT_ALLOWED);
        }
    }

    @Test
    void otherBytesThanPromisedAreRefused() {
        assertRefused(
                sources("s3://images"), reference("s3://images/a", "0".repeat(64)), FailureReason.DIGEST_MISMATCH);
    }

    @Test
    void linksDoNotLeadOutOfAllowedFolders(@TempDir Path directory) throws Exception {
        Path allowed = Files.createDirectory(directory.resolve("allowed"));
        Path secret = Files.write(directory.resolve("secret"), CONTENT);
        Files.write(allowed.resolve("a"), CONTENT);
        Files.createSymbolicLink(allowed.resolve("link"), secret);
        SourceImages sources = sources(allowed.toUri().toString());

        assertThat(sources.get(reference("file://" + allowed + "/a")).bytes()).isEqualTo(CONTENT);
        assertRefused(sources, reference("file://" + allowed + "/link"), FailureReason.REFERENCE_NOT_ALLOWED);
        assertRefused(sources, reference("file://" + secret), FailureReason.REFERENCE_NOT_ALLOWED);
        assertRefused(sources, reference("file://" + allowed + "/none"), FailureReason.REFERENCE_UNAVAILABLE);
        assertRefused(sources, reference("file://host" + allowed + "/a"), FailureReason.REFERENCE_NOT_ALLOWED);
    }

    @Test
    void everythingThatIsWrongWithThePlacesIsSaidAtOnce(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> sources(file.toUri().toString(), "ftp://host/x", "https://user@host/x", "s3:x", "a b"))
                .withMessageContaining("no folder")
                .withMessageContaining("ftp://host/x must be")
                .withMessageContaining("https://user@host/x must be")
                .withMessageContaining("s3:x must be")
                .withMessageContaining("is no URI");
    }
}
