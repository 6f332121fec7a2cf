package dev.semantica.console.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.TopicAdmin;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.Topic;
import dev.semantica.streams.StreamsAppConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a process answers, asked over HTTP, on a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessHealthTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<String> notReady = new AtomicReference<>("the topology is REBALANCING");
    private EmbeddedBroker broker;
    private Settings settings;
    private Connection connection;
    private ProcessHealth health;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0, Map.of()), fault -> {});
        settings = settings(Map.of("http.port", "0"));
        connection = Connection.of(ConnectionConfig.from(settings));
        try (Admin admin = connection.admin()) {
            new TopicAdmin(admin, connection.config(), Duration.ofSeconds(30)).create();
        }
        health = ProcessHealth.start(
                settings,
                connection,
                Optional::empty,
                () -> Optional.ofNullable(notReady.get()),
                StreamsAppConfig.CONFIG,
                registry -> {});
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "schema.registry.url", "mock://health",
                "topics.partitions", "2",
                "topics.replication.factor", "1"));
        flags.putAll(more);
        return Settings.load(null, Map.of(), flags);
    }

    @AfterAll
    void stop() {
        health.close();
        broker.close();
    }

    @Test
    void probesAnswerWithWhatIsWrong() throws Exception {
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).contains("the topology is REBALANCING");
        notReady.set(null);
        assertThat(get("/ready").body()).isEqualTo("ok\n");
        assertThat(get("/other").statusCode()).isEqualTo(404);
        HttpResponse<String> posted = http.send(
                request("/live").POST(HttpRequest.BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(posted.statusCode()).isEqualTo(405);
    }

    @Test
    void metricsKeepTheNamesOfKafka() throws Exception {
        String metrics = get("/metrics").body();
        assertThat(metrics)
                .contains("jvm_memory_used_bytes")
                .containsPattern(
                        "kafka_consumer_consumer_fetch_manager_metrics_records_consumed_rate\\{client_id=\"[^\"]+\"\\}");
        // A counter by its name and by its type.
        assertThat(metrics).containsPattern("# TYPE kafka_consumer_consumer_metrics_connection_creation_total counter");
    }

    @Test
    void pendingWorkIsWhatRequestsStillWaitFor() throws Exception {
        try (Producer<String, RequestStatus> producer =
                connection.producer(connection.topics().requestStatus())) {
            send(producer, status("half", RequestState.RUNNING, 100, 40, Map.of("DECODE_FAILED", 10L)));
            send(producer, status("done", RequestState.COMPLETED, 8, 8, Map.of()));
            send(producer, status("early", RequestState.RUNNING, 8, 0, Map.of()));
            send(producer, status("early", RequestState.RUNNING, 8, 3, Map.of()));
        }
        String metrics = awaitMetrics("semantica_variations_made 51.0");
        assertThat(metrics)
                .contains("semantica_variations_pending 55.0")
                .contains("semantica_variations_failed{reason=\"DECODE_FAILED\"} 10.0")
                .contains("semantica_requests{state=\"RUNNING\"} 2.0");
    }

    @Test
    void settingsAreShownWithoutSecrets() {
        String shown = EffectiveSettings.of(
                settings(Map.of(
                        "kafka.sasl.jaas.config", "hush",
                        "kafka.ssl.keystore.password", "hush",
                        "kafka.some.plugin.token", "hush",
                        "kafka.security.protocol", "SASL_SSL",
                        "schema.registry.basic.auth.user.info", "me:hush",
                        "schema.registry.url", "https://me:hush@registry:8081",
                        "batch.linger.ms", "7")),
                List.of(ConnectionConfig.CONFIG, StreamsAppConfig.CONFIG),
                List.of("kafka.", "schema.registry."));
        assertThat(shown)
                .doesNotContain("hush")
                .contains("kafka.sasl.jaas.config=[hidden]\n")
                .contains("kafka.security.protocol=SASL_SSL\n")
                .contains("schema.registry.url=https://[hidden]@registry:8081\n")
                .contains("batch.linger.ms=7\n")
                .contains("batch.max.variations=16\n");
    }

    @Test
    void aTakenPortIsNamed() {
        int taken = health.address().orElseThrow().getPort();
        assertThatThrownBy(() -> ProcessHealth.start(
                        settings(Map.of("http.port", Integer.toString(taken))),
                        connection,
                        Optional::empty,
                        Optional::empty,
                        StreamsAppConfig.CONFIG,
                        registry -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Cannot listen on 127.0.0.1:" + taken)
                .hasMessageContaining("http.port");
    }

    @Test
    void withoutAPortNothingListens() {
        try (ProcessHealth none = ProcessHealth.start(
                settings(Map.of()),
                connection,
                Optional::empty,
                Optional::empty,
                StreamsAppConfig.CONFIG,
                registry -> {})) {
            assertThat(none.address()).isEmpty();
        }
    }

    private void send(Producer<String, RequestStatus> producer, RequestStatus status) {
        Topic<RequestStatus> topic = connection.topics().requestStatus();
        var unused = producer.send(new ProducerRecord<>(topic.name(), status.getRequestId(), status));
    }

    private static RequestStatus status(
            String id, RequestState state, long wanted, long made, Map<String, Long> failures) {
        return RequestStatus.newBuilder()
                .setRequestId(id)
                .setState(state)
                .setImages(1)
                .setImagesEnded(0)
                .setVariationsWanted(wanted)
                .setVariationsMade(made)
                .setVariationsFailed(
                        failures.values().stream().mapToLong(Long::longValue).sum())
                .setFailures(failures)
                .setStartedAt(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    /** A healthy process shows it within moments; a broken one never. */
    private String awaitMetrics(String line) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String metrics = "";
        while (System.nanoTime() < deadline) {
            metrics = get("/metrics").body();
            if (Pattern.compile("^" + Pattern.quote(line) + "$", Pattern.MULTILINE)
                    .matcher(metrics)
                    .find()) {
                return metrics;
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("Waited in vain for '" + line + "' in:\n" + metrics);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + health.address().orElseThrow().getPort() + path));
    }
}
