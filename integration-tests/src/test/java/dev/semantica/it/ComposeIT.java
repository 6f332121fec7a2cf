package dev.semantica.it;

import static dev.semantica.it.ComposeProject.PATIENCE;
import static dev.semantica.it.ComposeProject.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLES = ROOT.resolve("models/pages-lab/examples");

    private ComposeProject project;
    private String kafka;
    private String registry;
    private Path images;
    private URI connect;
    private URI prometheus;

    @BeforeAll
    void up(@TempDir Path logs) throws Exception {
        project = new ComposeProject("semantica-it", logs);
        project.set("KAFKA_IMAGE", "semantica-stand-in/kafka:4.3.1");
        project.set("REGISTRY_IMAGE", "semantica-stand-in/registry:2.6");
        project.set("PROMETHEUS_IMAGE", "semantica-stand-in/prometheus:2");
        kafka = "localhost:" + project.setPort("KAFKA_PORT");
        registry = "http://localhost:" + project.setPort("REGISTRY_PORT") + "/apis/ccompat/v7";
        connect = URI.create("http://localhost:" + project.setPort("CONNECT_PORT") + "/");
        prometheus = URI.create("http://localhost:" + project.setPort("PROMETHEUS_PORT") + "/");
        // The container reads it as another user.
        images = Files.createDirectories(ROOT.resolve("integration-tests/target/compose-images-" + connect.getPort()));
        project.set("IMAGES_DIR", images.toString());
        project.run(
                ROOT.resolve("integration-tests/containers/build-stand-ins.sh").toString());
        project.compose("--profile", "connect", "up", "-d");
    }

    @AfterAll
    void down() throws Exception {
        project.compose("--profile", "connect", "--profile", "monitoring", "down", "-v");
    }

    /** First, for it counts. */
    @Test
    @Order(1)
    void anInstallationMakesVariations(@TempDir Path out) throws Exception {
        for (String service : List.of("streams", "worker")) {
            project.awaitHealthy(service);
            assertThat(userOf(service)).isEqualTo("10001");
        }
        augment(out.resolve("made"), 2);
        assertThat(Files.readAllLines(out.resolve("made/images/metadata.jsonl")))
                .hasSize(4);

        assertThat(project.get("streams", "/metrics"))
                .contains("semantica_variations_made 4.0")
                .contains("semantica_variations_pending 0.0");
        assertThat(project.get("worker", "/config")).contains("bootstrap.servers=kafka:19092");
    }

    /** What docs/connectors.md shows: pictures into a folder, a dataset out of another. */
    @Test
    @Order(2)
    void connectTurnsAFolderIntoADataset(@TempDir Path out) throws Exception {
        project.awaitHealthy("connect");
        assertThat(userOf("connect")).isEqualTo("10001");
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

        project.compose("kill", "connect");
        put("second/fish.png");
        project.compose("--profile", "connect", "up", "-d", "connect");
        project.awaitHealthy("connect");
        awaitPictures(out, 4);
    }

    /** Prometheus finds every process, holds our alerts, and has numbers for each line of our dashboard. */
    @Test
    @Order(3)
    void prometheusSeesWhatTheDashboardShows(@TempDir Path out) throws Exception {
        project.compose("--profile", "monitoring", "up", "-d", "--no-deps", "prometheus");
        await(() -> "Prometheus is not ready", this::prometheusIsReady);
        await(() -> "Not both processes are scraped", () -> {
            Set<String> jobs = new TreeSet<>();
            for (JsonNode series : query("up{job=\"semantica\"} == 1")) {
                jobs.add(series.path("metric").path("instance").asText());
            }
            return jobs.size() == 2;
        });
        // Rates need something that grows between two scrapes.
        augment(out.resolve("made"), 1);

        Set<String> dark = new TreeSet<>(dashboard());
        // These have no series before something failed.
        dark.removeIf(expression -> expression.contains("_failed_") || expression.contains("_outages_"));
        assertThat(dark).hasSizeGreaterThan(15);
        await(() -> "The dashboard shows nothing for " + dark, () -> {
            for (String expression : List.copyOf(dark)) {
                if (!query(expression).isEmpty()) {
                    dark.remove(expression);
                }
            }
            return dark.isEmpty();
        });
        for (String expression : dashboard()) {
            query(expression);
        }

        JsonNode rules = JSON.readTree(ComposeProject.get(prometheus.resolve("api/v1/rules")))
                .at("/data/groups/0/rules");
        assertThat(rules).isNotEmpty();
        for (JsonNode rule : rules) {
            // Prometheus itself asks only once a minute.
            query(rule.path("query").asText());
            assertThat(rule.path("state").asText()).as(rule.toString()).isNotEqualTo("firing");
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Callable<String> what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what.call());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    /** Each alert fires when it should, and not before: promtool plays containers/prometheus/alerts-test.yml. */
    @Test
    @Order(4)
    void alertsFire() throws Exception {
        String rules = ROOT.resolve("deploy/prometheus") + ":/rules:ro";
        String tests = ROOT.resolve("integration-tests/containers/prometheus") + ":/tests:ro";
        assertThat(project.run(
                        "docker",
                        "run",
                        "--rm",
                        "--volume=" + rules,
                        "--volume=" + tests,
                        "--entrypoint=/usr/bin/promtool",
                        "semantica-stand-in/prometheus:2",
                        "test",
                        "rules",
                        "/tests/alerts-test.yml"))
                .contains("SUCCESS");
    }

    private boolean prometheusIsReady() throws Exception {
        try {
            return ComposeProject.get(prometheus.resolve("-/ready")).contains("is Ready");
        } catch (IOException e) {
            return false;
        }
    }

    /** The series that an expression gives now; fails if Prometheus does not understand it. */
    private JsonNode query(String expression) throws Exception {
        JsonNode answer = JSON.readTree(ComposeProject.get(
                prometheus.resolve("api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))));
        assertThat(answer.path("status").asText())
                .as("%s: %s", expression, answer)
                .isEqualTo("success");
        return answer.at("/data/result");
    }

    /** What the dashboard asks for. */
    private static List<String> dashboard() throws IOException {
        return JSON.readTree(
                        ROOT.resolve("deploy/grafana/dashboards/semantica.json").toFile())
                .findValuesAsText("expr");
    }

    private String userOf(String service) throws Exception {
        return project.run("docker", "exec", project.container(service), "id", "-u")
                .strip();
    }

    private void augment(Path out, int variations) throws Exception {
        project.run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                ROOT.resolve("console/target/semantica.jar").toString(),
                "augment",
                EXAMPLES.toString(),
                "--variations=" + variations,
                "--steps=4",
                "--out=" + out,
                "--bootstrap-servers=" + kafka,
                "--schema-registry=" + registry);
    }

    private void put(String name) throws IOException {
        Path file = images.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(EXAMPLES.resolve(file.getFileName()), file);
    }

    /** Waits until the dataset in the container has so many pictures, each named once in the metadata beside it. */
    private void awaitPictures(Path out, int count) throws Exception {
        List<String> pictures = new ArrayList<>();
        await(() -> pictures + "; " + project.compose("logs", "--no-color", "connect"), () -> {
            Path copy = Files.createTempDirectory(out, "dataset");
            project.run("docker", "cp", project.container("connect") + ":/data/dataset", copy.toString());
            pictures.clear();
            pictures.addAll(named(copy));
            return pictures.size() >= count;
        });
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
}
