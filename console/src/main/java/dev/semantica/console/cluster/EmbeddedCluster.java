package dev.semantica.console.cluster;

import dev.semantica.broker.BrokerFault;
import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.broker.EmbeddedBrokerException;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.queue.BatchQueueException;
import dev.semantica.sampler.worker.SamplerWorker;
import dev.semantica.sampler.worker.WorkerBundles;
import dev.semantica.sampler.worker.WorkerListener;
import dev.semantica.streams.StreamsApplication;
import dev.semantica.streams.StreamsStartException;
import io.opentelemetry.api.trace.TracerProvider;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in this process: broker, registry, topology and one worker, over the same topics and code as anywhere
 * else. Its data lives in one directory and goes with it.
 */
public final class EmbeddedCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /**
     * One partition starts quickest; few rows at once and small commits show variations soon, and cost a CPU nothing;
     * small memory leaves the heap to images.
     */
    private static final Map<String, String> DEFAULTS = Map.of(
            "topics.partitions", "1",
            "topics.replication.factor", "1",
            "batch.max.variations", "16",
            "sampler.max.rows", "8",
            "batch.linger.ms", "50",
            "commit.interval.ms", "30",
            "state.cache.bytes", Long.toString(16L << 20),
            "rocksdb.memory.bytes", Long.toString(16L << 20));

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final AtomicReference<BrokerFault> brokerFault = new AtomicReference<>();
    private Connection connection;
    private StreamsApplication streams;
    private SamplerWorker worker;

    private EmbeddedCluster() {}

    /**
     * Starts everything; what does not depend on each other starts side by side.
     *
     * @param settings the user's settings; they win over the embedded defaults
     * @param directory emptied first, and removed by {@link #close}
     * @throws ConfigurationException with everything that is wrong
     */
    public static EmbeddedCluster start(Settings settings, Path directory) throws IOException {
        EmbeddedCluster cluster = new EmbeddedCluster();
        try {
            delete(directory);
            cluster.owned.push(() -> delete(directory));
            cluster.startAll(settings.withDefaults(DEFAULTS), Files.createDirectories(directory));
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** How to reach it. */
    public Connection connection() {
        return connection;
    }

    /** Why it will make no more variations; null while it works. */
    public String trouble() {
        BrokerFault fault = brokerFault.get();
        if (fault != null) {
            return "The embedded broker broke: " + fault.message();
        }
        if (streams.failure().isPresent()) {
            return "The embedded topology ended: " + streams.failure().get().getMessage();
        }
        return worker.failure() == null
                ? null
                : "The embedded worker ended: " + worker.failure().getMessage();
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                LOG.warn("Closing the embedded cluster failed in part", e);
            }
        }
    }

    private void startAll(Settings settings, Path directory) {
        CompletableFuture<WorkerBundles> loading = CompletableFuture.supplyAsync(() -> load(settings));
        try {
            startBroker(settings, directory);
            CompletableFuture<Void> topology = CompletableFuture.runAsync(() -> startStreams(settings, directory));
            startWorker(settings, loading);
            topology.join();
        } catch (CompletionException e) {
            throw unwrap(e);
        } finally {
            if (worker == null) {
                // Whoever loaded them must close them, also if the rest did not start.
                var unused = loading.thenAccept(WorkerBundles::close);
            }
        }
    }

    private static WorkerBundles load(Settings settings) {
        try {
            return WorkerBundles.load(Applications.workerConfig(settings));
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        }
    }

    private void startBroker(Settings settings, Path directory) {
        String bootstrapServers;
        try {
            EmbeddedBroker broker =
                    EmbeddedBroker.start(new EmbeddedBrokerConfig(directory.resolve("broker")), this::remember);
            own(broker);
            bootstrapServers = broker.bootstrapServers();
        } catch (EmbeddedBrokerException e) {
            throw new ConfigurationException(e.getMessage());
        }
        connection = Connection.of(ConnectionConfig.from(settings.with(Map.of(
                ConnectionConfig.BOOTSTRAP_SERVERS,
                bootstrapServers,
                ConnectionConfig.SCHEMA_REGISTRY_URL,
                "mock://" + UUID.randomUUID()))));
        try (Admin admin = connection.admin()) {
            new TopicAdmin(admin, connection.config(), START_TIMEOUT).create();
        }
    }

    private void startStreams(Settings settings, Path directory) {
        try {
            streams = Applications.startStreams(
                    connection,
                    settings.with(
                            Map.of("state.dir", directory.resolve("streams").toString())));
            own(streams);
        } catch (StreamsStartException e) {
            throw new ConfigurationException(e.problems());
        }
    }

    private void startWorker(Settings settings, CompletableFuture<WorkerBundles> loading) {
        try {
            worker = SamplerWorker.start(
                    connection.topics(),
                    Applications.workerConfig(settings),
                    loading.join(),
                    connection.clientSettings(),
                    WorkerListener.NONE,
                    TracerProvider.noop().get("untraced"));
            own(worker);
        } catch (BatchQueueException | IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Interrupted while starting the worker");
        }
    }

    private void remember(BrokerFault fault) {
        if (fault.fatal()) {
            brokerFault.compareAndSet(null, fault);
        }
    }

    private synchronized void own(AutoCloseable part) {
        owned.push(part);
    }

    private static RuntimeException unwrap(CompletionException e) {
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
