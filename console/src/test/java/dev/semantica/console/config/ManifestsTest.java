package dev.semantica.console.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.semantica.console.cluster.Applications;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Kubernetes manifests against the configuration. */
class ManifestsTest {

    private static final Path MANIFESTS = Path.of("..", "deploy", "kubernetes");
    /** What a worker takes at most after the drain: tick, intake and writer, ten seconds each. */
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(30);

    private final List<JsonNode> documents = read();

    @Test
    void everyPartHasItsKinds() {
        assertThat(documents)
                .extracting(document -> document.at("/kind").asText())
                .containsExactlyInAnyOrder(
                        "ConfigMap",
                        "Secret",
                        "Service",
                        "StatefulSet",
                        "PodDisruptionBudget",
                        "Deployment",
                        "PodDisruptionBudget",
                        "ScaledObject");
        assertThat(one("ScaledObject").at("/spec/scaleTargetRef/name").asText())
                .isEqualTo(one("Deployment").at("/metadata/name").asText());
    }

    @Test
    void podsRunTheCommandsAndAreProbedWhereTheyAnswer() {
        assertPod(one("StatefulSet"), "streams");
        assertPod(one("Deployment"), "worker");
    }

    @Test
    void everyVariableIsAKeyWithAValidValue() {
        assertThat(settings(one("StatefulSet"))).isNotNull();
        assertThat(settings(one("Deployment"))).isNotNull();
    }

    @Test
    void aWorkerMayDrainBeforeItIsKilled() {
        Duration drain = Applications.workerConfig(settings(one("Deployment"))).drainTimeout();
        assertThat(Duration.ofSeconds(one("Deployment")
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asLong()))
                .isGreaterThan(drain.plus(AFTER_DRAIN));
    }

    private void assertPod(JsonNode workload, String command) {
        JsonNode pod = workload.at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        int port = HttpConfig.from(settings(workload)).port();
        assertThat(container.at("/image").asText()).startsWith("semantica:");
        assertThat(container.at("/args/0").asText()).isEqualTo(command);
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(port);
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.at("/" + probe + "/httpGet/path").asText())
                    .isEqualTo(probe.equals("readinessProbe") ? "/ready" : "/live");
            assertThat(container.at("/" + probe + "/httpGet/port").asText())
                    .isEqualTo(container.at("/ports/0/name").asText());
        }
        assertThat(workload.at("/spec/template/metadata/annotations/prometheus.io~1port")
                        .asInt())
                .isEqualTo(port);
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(workload.at("/spec/selector/matchLabels")).isEqualTo(workload.at("/spec/template/metadata/labels"));
    }

    /** As the process in the container reads them; fails on a variable that is no key. */
    private Settings settings(JsonNode workload) {
        Map<String, String> environment = new TreeMap<>();
        one("ConfigMap")
                .at("/data")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        one("Secret")
                .at("/stringData")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        workload.at("/spec/template/spec/containers/0/env")
                .forEach(variable -> environment.put(
                        variable.at("/name").asText(), variable.at("/value").asText()));
        return Settings.load(null, environment, Map.of());
    }

    private JsonNode one(String kind) {
        return documents.stream()
                .filter(document -> document.at("/kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> read() {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        List<JsonNode> documents = new ArrayList<>();
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            for (Path file : files.sorted().toList()) {
                try (MappingIterator<JsonNode> found =
                        yaml.readerFor(JsonNode.class).readValues(file.toFile())) {
                    documents.addAll(found.readAll());
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return documents;
    }
}
