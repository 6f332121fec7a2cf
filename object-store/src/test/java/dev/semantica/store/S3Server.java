package dev.semantica.store;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/** A server of the S3 API, a process of its own that keeps its objects on disk, so that it can be killed and return. */
public final class S3Server implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ACCESS_KEY = "test";
    private static final String SECRET_KEY = "not-a-secret";

    private final Path directory;
    private final int port;
    private Process process;

    private S3Server(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /**
     * Starts the server and returns when it answers.
     *
     * @param directory what it keeps; a folder in {@code data} is a bucket
     * @param buckets buckets to create
     */
    public static S3Server start(Path directory, String... buckets) throws IOException {
        for (String bucket : buckets) {
            Files.createDirectories(directory.resolve("data").resolve(bucket));
        }
        S3Server server = new S3Server(directory, freePort());
        server.start();
        return server;
    }

    /** Starts it again after {@link #kill}, on the same port and with what it kept. */
    public void start() throws IOException {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "s3proxy.endpoint",
                endpoint().toString(),
                "s3proxy.authorization",
                "aws-v4",
                "s3proxy.identity",
                ACCESS_KEY,
                "s3proxy.credential",
                SECRET_KEY,
                "jclouds.provider",
                "filesystem-nio2",
                "jclouds.identity",
                "unused",
                "jclouds.credential",
                "unused",
                "jclouds.filesystem.basedir",
                directory.resolve("data").toString()));
        Path file = directory.resolve("s3.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("semantica.s3.server"),
                        "--properties",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3.log").toFile())
                .start();
        awaitAnswer();
    }

    private void awaitAnswer() throws IOException {
        HttpClient client = HttpClient.newHttpClient();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                client.send(HttpRequest.newBuilder(endpoint()).build(), HttpResponse.BodyHandlers.discarding());
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    close();
                    throw new IOException(
                            "The S3 server does not answer: " + Files.readString(directory.resolve("s3.log")), e);
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            } catch (InterruptedException e) {
                close();
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            }
        }
    }

    /** Ends the process without any warning (SIGKILL). */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The settings of a store that uses it. */
    public Map<String, String> settings() {
        return Map.of(
                "store.s3.endpoint",
                endpoint().toString(),
                "store.s3.path.style",
                "true",
                "store.s3.region",
                "us-east-1",
                "store.s3.access.key.id",
                ACCESS_KEY,
                "store.s3.secret.access.key",
                SECRET_KEY);
    }

    @Override
    public void close() {
        kill();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
