package dev.semantica.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.quota.ControllerMutationQuota;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Kafka node in this JVM: a combined KRaft controller and broker that listens on 127.0.0.1 only and keeps its data
 * in one directory. The directory is formatted on first use; later starts, also after a crash and also on another
 * port, find its topics, records and groups again.
 *
 * <p>Topics are never created behind a client's back. Share groups are on. A fault inside the node never halts the
 * JVM: it is logged and given to the listener.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Map<String, Integer> ports;
    private final String clusterId;

    /** Starts a node whose faults are only logged; see {@link #start(EmbeddedBrokerConfig, Consumer)}. */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) {
        return start(config, fault -> {});
    }

    /**
     * Starts a node and returns when clients can use it.
     *
     * @param faults called on the node's threads for every fault; must not block
     * @throws EmbeddedBrokerException when the node cannot start: the directory is in use or unreadable, the port is
     *     taken, or a setting is wrong. Nothing is left running then.
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config, Consumer<BrokerFault> faults) {
        return new EmbeddedBroker(config, faults);
    }

    private EmbeddedBroker(EmbeddedBrokerConfig config, Consumer<BrokerFault> faults) {
        try {
            opened.push(DirectoryLock.acquire(config.directory()));
            var sockets = new BoundSockets();
            opened.push(sockets);
            bind(sockets, BrokerProperties.CLIENT_LISTENER, config.port());
            bind(sockets, BrokerProperties.CONTROLLER_LISTENER, 0);
            for (var listener : config.listeners().keySet()) {
                bind(sockets, listener, 0);
            }
            ports = sockets.ports();

            var logDirectory = config.directory().resolve("log");
            var kafka = new KafkaConfig(BrokerProperties.of(config, logDirectory, ports), false);
            formatUnlessDone(logDirectory);
            clusterId = startServers(kafka, sockets, new ReportingFaultHandlerFactory(faults));
            LOG.info("Embedded broker listens on {}, data in {}", bootstrapServers(), config.directory());
        } catch (Exception e) {
            close();
            throw explain(e, config);
        }
    }

    private static void bind(BoundSockets sockets, String listener, int port) {
        try {
            sockets.bind(listener, port);
        } catch (IOException e) {
            throw new EmbeddedBrokerException(
                    "The embedded broker cannot listen on 127.0.0.1:" + port + " (" + e.getMessage()
                            + "). Stop the process that uses this port, or choose another one (0 takes any free port)",
                    e);
        }
    }

    /** Kafka writes {@code meta.properties} last and by a rename, so an interrupted format is simply done again. */
    private static void formatUnlessDone(Path logDirectory) throws Exception {
        if (Files.exists(logDirectory.resolve("meta.properties"))) {
            return;
        }
        try (var silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(logDirectory.toString())
                    .setDirectories(List.of(logDirectory.toString()))
                    .run();
        }
    }

    private String startServers(KafkaConfig kafka, BoundSockets sockets, ReportingFaultHandlerFactory faults) {
        var initialized = KafkaRaftServer.initializeLogDirs(kafka, LOG, "[EmbeddedBroker] ");
        var metaProperties = initialized._1();
        var id = metaProperties.clusterId().orElseThrow();
        var shared = new SharedServer(
                kafka,
                metaProperties,
                Time.SYSTEM,
                Server.initializeMetrics(kafka, Time.SYSTEM, id),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(kafka.quorumConfig().voters())),
                List.of(),
                faults,
                sockets);
        // Where the shared part fails in the middle of its own start it leaves the raft threads running.
        opened.push(shared::ensureNotRaftLeader);
        var controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), initialized._2());
        opened.push(controller::shutdown);
        controller.startup();
        var broker = new BrokerServer(shared);
        opened.push(() -> broker.shutdown(SHUTDOWN_TIMEOUT));
        broker.startup();
        createInternalTopics(broker);
        return id;
    }

    /**
     * Asks for the topics that the first group and the first transaction need, rather than when these wait for them:
     * a new node's first share group then joins about two seconds sooner. Nothing waits here, and whatever is not
     * there in time is asked for again by the one who needs it.
     */
    private static void createInternalTopics(BrokerServer broker) {
        var missing = Stream.of(
                        Topic.GROUP_METADATA_TOPIC_NAME,
                        Topic.TRANSACTION_STATE_TOPIC_NAME,
                        Topic.SHARE_GROUP_STATE_TOPIC_NAME)
                .filter(topic -> !broker.metadataCache().contains(topic))
                .collect(Collectors.toSet());
        broker.autoTopicCreationManager()
                .createTopics(
                        CollectionConverters.asScala(missing),
                        ControllerMutationQuota.UNBOUNDED_CONTROLLER_MUTATION_QUOTA,
                        Option.empty());
    }

    private static EmbeddedBrokerException explain(Exception e, EmbeddedBrokerConfig config) {
        if (e instanceof EmbeddedBrokerException known) {
            return known;
        }
        if (e instanceof ConfigException) {
            return new EmbeddedBrokerException(
                    "The embedded broker rejects a setting: " + e.getMessage() + ". Overrides given: "
                            + new TreeSet<>(config.overrides().keySet()),
                    e);
        }
        return new EmbeddedBrokerException(
                "The embedded broker did not start over " + config.directory() + ": " + e
                        + ". Check that the directory is writable and has free space; if its data may be lost, remove it",
                e);
    }

    /** Where clients connect: {@code 127.0.0.1:PORT}. */
    public String bootstrapServers() {
        return bootstrapServers(BrokerProperties.CLIENT_LISTENER);
    }

    /** Where clients of one of the configured listeners connect. */
    public String bootstrapServers(String listener) {
        return "127.0.0.1:" + ports.get(listener);
    }

    /** The id that the directory got when it was formatted. */
    public String clusterId() {
        return clusterId;
    }

    /** Stops the node and gives its port and directory back. The data stay. Does nothing the second time. */
    @Override
    public void close() {
        synchronized (opened) {
            while (!opened.isEmpty()) {
                try {
                    opened.pop().close();
                } catch (Exception e) {
                    LOG.warn("A part of the embedded broker did not stop cleanly", e);
                }
            }
        }
    }
}
