package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** docker-compose.yml as users start it, with stand-ins for the images that cannot be pulled here. */
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeIT {

    private static final Path ROOT = Path.of(System.getProperty("semantica.root"));
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Map<String, String> environment;
    private final String kafka;
    private final String registry;
    private final Path images;
    private final URI connect;
    private Path logs;

    ComposeIT() throws IOException {
        int kafkaPort = freePort();
        int registryPort = freePort();
        int connectPort = freePort();
        // The container reads it as another user.
        images = Files.createDirectories(ROOT.resolve("integration-tests/target/compose-images-" + connectPort));
        connect = URI.create("http://localhost:" + connectPort + "/");
        kafka = "localhost:" + kafkaPort;
        registry = "http://localhost:" + registryPort + "/apis/ccompat/v7";
        environment = Map.of(
                "COMPOSE_PROJECT_NAME", "semantica-it",
                "KAFKA_IMAGE", "semantica-stand-in/kafka:4.3.1",
                "REGISTRY_IMAGE", "semantica-stand-in/registry:2.6",
                "KAFKA_PORT", Integer.toString(kafkaPort),
                "REGISTRY_PORT", Integer.toString(registryPort),
                "CONNECT_PORT", Integer.toString(connectPort),
                "IMAGES_DIR", images.toString());
    }

    @BeforeAll
    void up(@TempDir Path directory) throws Exception {
        logs = directory;
        run(ROOT.resolve("integration-tests/containers/build-stand-ins.sh").toString());
        compose("--profile", "connect", "up", "-d");
    }

    @AfterAll
    void down() throws Exception {
        compose("--profile", "connect", "down", "-v");
    }

    /** First, for it counts. */
    @Test
    @Order(1)
    void anInstallationMakesVariations(@TempDir Path out) throws Exception {
        for (String service : List.of("streams", "worker")) {
            awaitHealthy(service);
            String container = container(service);
            assertThat(run("docker", "exec", container, "id", "-u")).isEqualToIgnoringNewLines("10001");
        }
        Path made = out.resolve("made");
        run(
                java(),
                "-jar",
                ROOT.resolve("console/target/semantica.jar").toString(),
                "augment",
                ROOT.resolve("models/pages-lab/examples").toString(),
                "--variations=2",
                "--steps=4",
                "--out=" + made,
                "--bootstrap-servers=" + kafka,
                "--schema-registry=" + registry);
        assertThat(Files.readAllLines(made.resolve("images/metadata.jsonl"))).hasSize(4);

        String metrics = get(container("streams"), "/metrics");
        assertThat(metrics).contains("semantica_variations_made 4.0").contains("semantica_variations_pending 0.0");
        assertThat(get(container("worker"), "/config")).contains("bootstrap.servers=kafka:19092");
    }

    /** What docs/connectors.md shows: pictures into a folder, a dataset out of another. */
    @Test
    @Order(2)
    void connectTurnsAFolderIntoADataset(@TempDir Path out) throws Exception {
        awaitHealthy("connect");
        assertThat(run("docker", "exec", container("connect"), "id", "-u")).isEqualToIgnoringNewLines("10001");
        for (String connector : List.of("images", "dataset")) {
            HttpResponse<String> created = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(connect.resolve("connectors"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofFile(
                                            ROOT.resolve("deploy/connect/" + connector + ".json")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        }
        put("first/house.png");
        awaitPictures(out, 2);

        compose("kill", "connect");
        put("second/fish.png");
        compose("--profile", "connect", "up", "-d", "connect");
        awaitHealthy("connect");
        awaitPictures(out, 4);
    }

    private void put(String name) throws IOException {
        Path file = images.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(ROOT.resolve("models/pages-lab/examples").resolve(file.getFileName()), file);
    }

    /** Waits until the dataset in the container has so many pictures, each named once in the metadata beside it. */
    private void awaitPictures(Path out, int count) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> pictures = List.of();
        while (pictures.size() < count) {
            assertThat(System.nanoTime())
                    .as("%s; %s", pictures, compose("logs", "--no-color", "connect"))
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            Path copy = Files.createTempDirectory(out, "dataset");
            run("docker", "cp", container("connect") + ":/data/dataset", copy.toString());
            pictures = named(copy);
        }
        assertThat(pictures).doesNotHaveDuplicates().hasSize(count);
    }

    /** The pictures of the connector's request that the dataset's metadata name. */
    private static List<String> named(Path dataset) throws IOException {
        try (Stream<Path> files = Files.walk(dataset)) {
            List<String> names = new ArrayList<>();
            for (Path file :
                    files.filter(file -> file.endsWith("metadata.jsonl")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    // The topic has the variations of other requests too.
                    if (!line.matches(".*\"request\": ?\"images\".*")) {
                        continue;
                    }
                    String name = line.replaceFirst(".*\"file_name\": ?\"([^\"]+)\".*", "$1");
                    Path picture = file.resolveSibling(name);
                    assertThat(picture).isRegularFile();
                    names.add(dataset.relativize(picture).toString());
                }
            }
            return names;
        }
    }

    private void awaitHealthy(String service) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String health = "";
        while (System.nanoTime() < deadline) {
            health = run("docker", "inspect", "--format", "{{.State.Health.Status}}", container(service))
                    .strip();
            if (health.equals("healthy")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        throw new AssertionError(service + " is " + health + ":\n" + compose("logs", "--no-color", service));
    }

    private String container(String service) throws Exception {
        return compose("ps", "-q", service).strip();
    }

    /** Asks from this machine, over the containers' network. */
    private String get(String container, String path) throws Exception {
        String address = run(
                        "docker",
                        "inspect",
                        "--format",
                        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                        container)
                .strip();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + ":8080" + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String compose(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("docker-compose", "-f", ROOT.resolve("docker-compose.yml") + ""));
        command.addAll(Arrays.asList(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Runs a command to its end and returns what it wrote to standard output. */
    private String run(String... command) throws Exception {
        Path out = Files.createTempFile(logs, "command", ".out");
        Path err = Files.createTempFile(logs, "command", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end: " + Files.readString(err));
        }
        assertThat(process.exitValue())
                .as("%s: %s%s", String.join(" ", command), Files.readString(out), Files.readString(err))
                .isZero();
        return Files.readString(out);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
