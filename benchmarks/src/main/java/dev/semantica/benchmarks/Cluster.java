package dev.semantica.benchmarks;

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
import dev.semantica.sampler.worker.WorkerListener;
import dev.semantica.streams.StreamsApplication;
import io.opentelemetry.api.trace.TracerProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Broker, registry and topics in this process; topology and worker when asked for. */
final class Cluster implements AutoCloseable {

    private final Settings settings;
    private final Connection connection;
    private final Path directory;
    private final Deque<Runnable> owned = new ArrayDeque<>();

    Cluster(Path directory, Map<String, String> flags) {
        this.directory = directory;
        EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory.resolve("broker")));
        owned.push(broker::close);
        Map<String, String> all = new HashMap<>(Map.of("topics.partitions", "1", "topics.replication.factor", "1"));
        all.put(ConnectionConfig.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        all.put(ConnectionConfig.SCHEMA_REGISTRY_URL, "mock://benchmark");
        all.putAll(flags);
        settings = Settings.load(null, Map.of(), all);
        connection = Connection.of(ConnectionConfig.from(settings));
        try (Admin admin = connection.admin()) {
            new TopicAdmin(admin, connection.config(), Duration.ofSeconds(60)).create();
        }
    }

    Connection connection() {
        return connection;
    }

    void startStreams() throws Exception {
        StreamsApplication streams = Applications.startStreams(
                connection,
                settings.with(Map.of("state.dir", directory.resolve("streams").toString())));
        owned.push(streams::close);
        if (!streams.awaitRunning(Duration.ofSeconds(60))) {
            throw new IllegalStateException("The topology did not start");
        }
    }

    void startWorker() throws Exception {
        WorkerConfig config =
                Applications.workerConfig(settings.with(Map.of("bundles", MeasuredBundle.DIRECTORY.toString())));
        SamplerWorker worker = SamplerWorker.start(
                connection.topics(),
                config,
                WorkerBundles.load(config),
                connection.clientSettings(),
                WorkerListener.NONE,
                TracerProvider.noop().get("untraced"));
        owned.push(worker::close);
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().run();
        }
    }
}
