package dev.semantica.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ObjectStoreTest extends ObjectStoreContractTest {

    private static final String BUCKET = "images";

    private static S3Server server;
    private static ObjectStore store;

    private final URI folder = URI.create("s3://" + BUCKET + "/" + UUID.randomUUID());

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = S3Server.start(directory, BUCKET);
        store = ObjectStores.open(StoreConfig.from(server.settings()));
    }

    @AfterAll
    static void stop() {
        store.close();
        server.close();
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Override
    URI folder() {
        return folder;
    }

    private static StoreConfig with(Map<String, String> changes) {
        Map<String, String> settings = new HashMap<>(server.settings());
        settings.putAll(changes);
        return StoreConfig.from(settings);
    }

    private static void assertFails(Reason reason, String saying, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(saying);
    }

    @Test
    void aStoreThatIsKilledIsOutOfReachAndThenThereAgain() throws Exception {
        URI uri = ObjectUris.child(folder, "a");
        store.put(uri, ObjectContent.of("kept".getBytes(UTF_8), null));
        try (ObjectStore hasty = ObjectStores.open(with(Map.of("store.request.attempts", "1")));
                ObjectStore patient = ObjectStores.patient(hasty, with(Map.of()))) {
            server.kill();
            assertFails(Reason.UNAVAILABLE, "does not answer", () -> hasty.get(uri, 10, null));
            assertFails(
                    Reason.UNAVAILABLE, "does not answer", () -> hasty.put(uri, ObjectContent.of(new byte[3], null)));
            assertFails(Reason.UNAVAILABLE, "does not answer", () -> hasty.list(folder, null, 10));

            var reading = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
                try {
                    return patient.get(uri, 10, null);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            server.start();

            assertThat(reading.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("kept".getBytes(UTF_8));
        }
    }

    @Test
    void wrongCredentialsAreDeniedAndNotShown() {
        try (ObjectStore stranger =
                ObjectStores.open(with(Map.of("store.s3.secret.access.key", "wrong-but-confidential")))) {
            assertThatThrownBy(() -> stranger.get(ObjectUris.child(folder, "a"), 10, null))
                    .isInstanceOfSatisfying(ObjectStoreException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.DENIED))
                    .hasMessageNotContaining("confidential");
        }
        assertThat(with(Map.of()).toString()).doesNotContain("not-a-secret");
    }

    @Test
    void aBucketThatIsNotThereIsSaid() {
        URI uri = URI.create("s3://no-such-bucket/a");

        assertFails(Reason.NOT_FOUND, "no such bucket", () -> store.put(uri, ObjectContent.of(new byte[1], null)));
        assertFails(Reason.NOT_FOUND, "no such bucket", () -> store.list(uri, null, 1));
    }

    @Test
    void aSecretMayComeFromAProvider(@TempDir Path directory) throws IOException {
        Path secrets = Files.writeString(directory.resolve("s3.properties"), "secret=not-a-secret\n");
        URI uri = ObjectUris.child(folder, "a");
        StoreConfig config = with(Map.of(
                "config.providers", "file",
                "config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider",
                "store.s3.secret.access.key", "${file:" + secrets + ":secret}"));
        try (ObjectStore provided = ObjectStores.open(config)) {
            provided.put(uri, ObjectContent.of(new byte[1], null));
            assertThat(provided.get(uri, 1, null)).hasSize(1);
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        AtomicInteger lured = new AtomicInteger();
        HttpServer trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        trap.createContext("/", exchange -> {
            lured.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        HttpServer redirecting = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        redirecting.createContext("/", exchange -> {
            exchange.getResponseHeaders()
                    .add("Location", "http://127.0.0.1:" + trap.getAddress().getPort() + "/stolen");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        trap.start();
        redirecting.start();
        String endpoint = "http://127.0.0.1:" + redirecting.getAddress().getPort();
        try (ObjectStore redirected = ObjectStores.open(with(Map.of("store.s3.endpoint", endpoint)))) {
            URI uri = ObjectUris.child(folder, "a");
            assertFails(Reason.INVALID, "redirects are not followed", () -> redirected.get(uri, 10, null));
            assertFails(
                    Reason.INVALID,
                    "redirects are not followed",
                    () -> redirected.put(uri, ObjectContent.of(new byte[1], null)));
        } finally {
            trap.stop(0);
            redirecting.stop(0);
        }
        assertThat(lured).hasValue(0);
    }

    @Test
    void aStoreThatNeverAnswersIsLeftInTime() throws IOException {
        try (var silent = new java.net.ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ObjectStore waiting = ObjectStores.open(with(Map.of(
                        "store.s3.endpoint", "http://127.0.0.1:" + silent.getLocalPort(),
                        "store.request.timeout.ms", "300",
                        "store.request.attempts", "2")))) {
            long start = System.nanoTime();
            assertFails(
                    Reason.UNAVAILABLE, "does not answer", () -> waiting.get(ObjectUris.child(folder, "a"), 10, null));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }
}
