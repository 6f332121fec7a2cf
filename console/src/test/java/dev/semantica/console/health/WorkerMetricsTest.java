package dev.semantica.console.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.TopicAdmin;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.sampler.worker.SamplerWorker;
import dev.semantica.sampler.worker.WorkerBundles;
import dev.semantica.sampler.worker.WorkerConfig;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import io.opentelemetry.api.trace.TracerProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running worker counts, scraped over HTTP, against what the documentation, dashboard and scaler name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerMetricsTest {

    private static final Path ROOT = Path.of(System.getProperty("semantica.root", ".."));
    private static final Path BUNDLE = ROOT.resolve("models/pages-lab");
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `(semantica_\\w+)", Pattern.MULTILINE);
    private static final Pattern SCRAPED = Pattern.compile("^# TYPE (semantica_\\w+) \\w+$", Pattern.MULTILINE);
    private static final Pattern HISTOGRAMS = Pattern.compile("^# TYPE (semantica_\\w+) histogram$", Pattern.MULTILINE);
    private static final Pattern USED = Pattern.compile("\\bsemantica_\\w+");

    private EmbeddedBroker broker;
    private SamplerWorker worker;
    private ProcessHealth health;
    private String metrics;

    @BeforeAll
    void run(@TempDir Path directory) throws Exception {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0, Map.of()), fault -> {});
        Settings settings = Settings.load(
                null,
                Map.of(),
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "schema.registry.url", "mock://worker-metrics",
                        "topics.partitions", "1",
                        "topics.replication.factor", "1",
                        "bundles", BUNDLE.toString(),
                        "intra.op.threads", "1",
                        "http.port", "0"));
        Connection connection = Connection.of(ConnectionConfig.from(settings));
        try (Admin admin = connection.admin()) {
            new TopicAdmin(admin, connection.config(), Duration.ofSeconds(30)).create();
        }
        WorkerMetrics counted = new WorkerMetrics(InstantSource.system());
        WorkerConfig config = Applications.workerConfig(settings);
        worker = SamplerWorker.start(
                connection.topics(),
                config,
                WorkerBundles.load(config),
                connection.clientSettings(),
                counted,
                TracerProvider.noop().get("untraced"));
        counted.watch(worker);
        health = ProcessHealth.start(
                settings, connection, Optional::empty, Optional::empty, WorkerConfig.CONFIG, counted);
        counted.storeAway("s3://images");
        counted.variationDrawnAnew();
        send(connection, connection.topics().samplerBatches(), "b", batch());
        send(connection, connection.topics().requestStatus(), "r", status());
        metrics = awaitMetrics("semantica_worker_batches_done_total 1.0", "semantica_variations_pending 3.0");
    }

    @AfterAll
    void stop() {
        health.close();
        worker.close();
        broker.close();
    }

    @Test
    void oneBatchIsCountedAllTheWay() {
        assertThat(metrics)
                .contains("semantica_worker_batches_taken_total 1.0\n")
                .contains("semantica_worker_batches_redelivered_total 0.0\n")
                .contains("semantica_worker_batches_returned_total 0.0\n")
                .contains("semantica_worker_variations_made_total 2.0\n")
                .contains("semantica_worker_variations_drawn_anew_total 1.0\n")
                // Two rows of three steps.
                .contains("semantica_worker_row_steps_total 6.0\n")
                // The other image asked for five and cannot be read.
                .contains("semantica_worker_variations_failed_total{reason=\"UNREADABLE_IMAGE\"} 5.0\n")
                .contains("semantica_worker_variations_failed_total{reason=\"CANCELLED\"} 0.0\n")
                .contains("semantica_worker_queue_wait_seconds_count 1\n")
                .contains("semantica_worker_queue_wait_seconds_bucket{le=\"0.1\"} 0\n")
                .contains("semantica_worker_batches 0.0\n")
                .contains("semantica_worker_oldest_batch_seconds 0.0\n")
                .contains("semantica_worker_rows_active 0.0\n")
                .contains("semantica_worker_rows_waiting 0.0\n")
                .contains("semantica_worker_registry_waits 0.0\n")
                .contains("semantica_worker_pending_bytes 0.0\n")
                .containsPattern("semantica_worker_tick_seconds_count [3-6]\n")
                .containsPattern("semantica_worker_token_cache_bytes [1-9]")
                .containsPattern("semantica_worker_bundle\\{bundle=\"pages-lab\",digest=\"[0-9a-f]{64}\"} 1.0\n");
    }

    @Test
    void theDocumentationNamesEveryMetricAndNoOther() throws Exception {
        assertThat(all(DOCUMENTED, Files.readString(ROOT.resolve("docs/operations.md"))))
                .isEqualTo(all(SCRAPED, metrics));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deploy/grafana/dashboards/semantica.json",
                "deploy/prometheus/alerts.yml",
                "deploy/kubernetes/scaling.yaml"
            })
    void whatIsWatchedExists(String file) throws Exception {
        SortedSet<String> used = all(USED, Files.readString(ROOT.resolve(file)));
        assertThat(used).isNotEmpty();
        SortedSet<String> there = all(SCRAPED, metrics);
        for (String histogram : all(HISTOGRAMS, metrics)) {
            there.addAll(List.of(histogram + "_bucket", histogram + "_count", histogram + "_sum"));
        }
        assertThat(there).containsAll(used);
    }

    private String awaitMetrics(String... lines) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String found = "";
        while (System.nanoTime() < deadline) {
            found = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + health.address().orElseThrow().getPort() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            if (List.of(lines).stream().allMatch(found::contains)) {
                return found;
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("Waited in vain for " + List.of(lines) + " in:\n" + found);
    }

    private static SortedSet<String> all(Pattern pattern, String text) {
        SortedSet<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(matcher.groupCount()));
        }
        return found;
    }

    private static <V> void send(Connection connection, Topic<V> topic, String key, V value) {
        try (Producer<String, V> producer = connection.producer(topic)) {
            var unused = producer.send(new ProducerRecord<>(topic.name(), key, value));
        }
    }

    private static SamplerBatch batch() throws IOException {
        return new SamplerBatch(
                "b",
                "r",
                0,
                Priority.BULK,
                Instant.now().minusSeconds(2),
                List.of(
                        image("good", Files.readAllBytes(BUNDLE.resolve("examples/house.png")), 2),
                        image("bad", new byte[] {1, 2, 3}, 5)));
    }

    private static BatchImage image(String id, byte[] file, int count) {
        return new BatchImage(
                id,
                new InlineImage(ByteBuffer.wrap(file), null),
                SamplingOptions.newBuilder()
                        .setCount(count)
                        .setSeed(7L)
                        .setSteps(3)
                        .setGuidanceScale(1.0)
                        .build(),
                null,
                null);
    }

    private static RequestStatus status() {
        return RequestStatus.newBuilder()
                .setRequestId("r")
                .setState(RequestState.RUNNING)
                .setImages(1)
                .setImagesEnded(0)
                .setVariationsWanted(7)
                .setVariationsMade(3)
                .setVariationsFailed(1)
                .setFailures(Map.of("DECODE_FAILED", 1L))
                .setStartedAt(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }
}
