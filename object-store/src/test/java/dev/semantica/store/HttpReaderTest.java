package dev.semantica.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HttpReaderTest {

    private static final byte[] CONTENT = "an image".getBytes(UTF_8);

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            answer(exchange);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/status/")) {
            exchange.getResponseHeaders().add("Location", "/image");
            exchange.sendResponseHeaders(Integer.parseInt(path.substring(8)), -1);
        } else if (path.equals("/trickle")) {
            exchange.sendResponseHeaders(200, 0);
            try {
                while (!ended.await(20, TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else {
            exchange.sendResponseHeaders(200, path.equals("/chunked") ? 0 : CONTENT.length);
            exchange.getResponseBody().write(CONTENT);
        }
        exchange.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private static HttpReader reader(boolean privateAddresses) {
        return new HttpReader(Duration.ofSeconds(30), Duration.ofSeconds(30), new VettedAddresses(privateAddresses));
    }

    private static HttpReader impatient() {
        return new HttpReader(Duration.ofSeconds(30), Duration.ofMillis(500), new VettedAddresses(true));
    }

    private static void assertFails(HttpReader reader, URI uri, Reason reason) {
        assertThatThrownBy(() -> reader.get(uri, 100, null))
                .isInstanceOfSatisfying(
                        ObjectStoreException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    @Test
    void readsWithLimitAndDigest() throws IOException {
        try (HttpReader reader = reader(true)) {
            String sha256 = Sha256.of(CONTENT).hex();
            for (String path : new String[] {"/image", "/chunked"}) {
                assertThat(reader.get(uri(path), CONTENT.length, sha256)).isEqualTo(CONTENT);
                assertThatThrownBy(() -> reader.get(uri(path), CONTENT.length - 1, sha256))
                        .isInstanceOfSatisfying(ObjectStoreException.class, e -> assertThat(e.reason())
                                .isEqualTo(Reason.TOO_LARGE));
                assertThatThrownBy(() -> reader.get(uri(path), 100, "0".repeat(64)))
                        .isInstanceOfSatisfying(ObjectStoreException.class, e -> assertThat(e.reason())
                                .isEqualTo(Reason.DIGEST_MISMATCH));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301, INVALID", "302, INVALID", "303, INVALID", "307, INVALID", "308, INVALID", "404, NOT_FOUND",
        "410, NOT_FOUND", "401, DENIED", "403, DENIED", "204, DENIED", "400, DENIED", "429, UNAVAILABLE",
        "500, UNAVAILABLE", "503, UNAVAILABLE"
    })
    void everyAnswerIsTypedAndNoRedirectFollowed(int status, Reason reason) {
        try (HttpReader reader = reader(true)) {
            assertFails(reader, uri("/status/" + status), reason);
        }
        assertThat(requests).hasValue(1);
    }

    @Test
    void aServerThatTricklesIsLeftInTime() {
        try (HttpReader reader = impatient()) {
            assertThatThrownBy(() -> reader.get(uri("/trickle"), 1 << 20, null))
                    .isInstanceOfSatisfying(ObjectStoreException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.UNAVAILABLE));
        }
    }

    @Test
    void aServerThatDripsHeadersIsLeftInTime() throws Exception {
        try (ServerSocket dripping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpReader reader = impatient()) {
            Thread thread = new Thread(() -> drip(dripping), "dripping");
            thread.start();
            URI uri = URI.create("http://127.0.0.1:" + dripping.getLocalPort() + "/image");
            assertThatThrownBy(() -> reader.get(uri, 100, null))
                    .isInstanceOfSatisfying(ObjectStoreException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.UNAVAILABLE))
                    .hasMessageContaining("within the request timeout");
            thread.join();
        }
    }

    /** Header after header, each well within a socket's timeout, and in the end an answer. */
    private void drip(ServerSocket server) {
        try (Socket socket = server.accept()) {
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 404 Not Found\r\n".getBytes(UTF_8));
            for (int line = 0; line < 50 && !ended.await(100, TimeUnit.MILLISECONDS); line++) {
                out.write(("X-" + line + ": b\r\n").getBytes(UTF_8));
                out.flush();
            }
            out.write("Content-Length: 1\r\n\r\nx".getBytes(UTF_8));
        } catch (IOException e) {
            // The reader has left.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatAServerCannotGiveNowSaysNothingOfOtherObjects() {
        try (HttpReader reader = reader(true)) {
            for (int status : new int[] {408, 429, 500, 503}) {
                assertAlone(reader, "/status/" + status, true);
            }
            server.stop(0);
            assertAlone(reader, "/image", false);
        }
    }

    private void assertAlone(HttpReader reader, String path, boolean alone) {
        assertThatThrownBy(() -> reader.get(uri(path), 100, null))
                .isInstanceOfSatisfying(ObjectStoreException.class, e -> {
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.alone()).as(e.getMessage()).isEqualTo(alone);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1.2.3",
                "localhost",
                "[::1]",
                "0.0.0.0",
                "[::]",
                "10.0.0.1",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "[fd00::1]",
                "[fe80::1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:10.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[2002:7f00:1::]",
                "2130706433",
                "[ff02::1]",
                "224.0.0.1",
                "255.255.255.255",
                "198.18.0.1",
                "[2001::1]",
                "[::7f00:1]"
            })
    void addressesThatAreNotPublicAreNotConnectedTo(String host) {
        try (HttpReader reader = reader(false)) {
            assertFails(
                    reader,
                    URI.create("http://" + host + ":" + server.getAddress().getPort() + "/image"),
                    Reason.INVALID);
        }
        assertThat(requests).hasValue(0);
    }

    @Test
    void aNameThatResolvesToAPrivateAddressIsRefusedAlsoWhenItResolvedWellBefore() throws Exception {
        InetAddress open = InetAddress.getByAddress("images.example", new byte[] {93, (byte) 184, (byte) 215, 14});
        InetAddress loopback = InetAddress.getByAddress("images.example", new byte[] {127, 0, 0, 1});
        AtomicInteger asked = new AtomicInteger();
        VettedAddresses vetted = new VettedAddresses(
                false,
                host -> asked.getAndIncrement() == 0 ? new InetAddress[] {open} : new InetAddress[] {open, loopback});

        assertThat(vetted.resolve("images.example")).containsExactly(open);
        try (HttpReader reader = new HttpReader(Duration.ofSeconds(5), Duration.ofSeconds(5), vetted)) {
            assertFails(
                    reader,
                    URI.create("http://images.example:" + server.getAddress().getPort() + "/image"),
                    Reason.INVALID);
        }
        assertThat(requests).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.215.14", "8.8.8.8", "2606:4700::1111", "172.32.0.1", "100.128.0.1", "192.0.1.1"})
    void openAddressesAreOpen(String address) throws IOException {
        assertThat(VettedAddresses.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/x",
                "file:///etc/passwd",
                "http:///x",
                "http://user:word@host/x",
                "http:x",
                "//host/x"
            })
    void otherUrisAreRefused(String uri) {
        try (HttpReader reader = reader(true)) {
            assertFails(reader, URI.create(uri), Reason.INVALID);
        }
    }

    @Test
    void aServerThatIsGoneIsOutOfReach() {
        server.stop(0);
        try (HttpReader reader = reader(true)) {
            assertFails(reader, uri("/image"), Reason.UNAVAILABLE);
        }
    }
}
