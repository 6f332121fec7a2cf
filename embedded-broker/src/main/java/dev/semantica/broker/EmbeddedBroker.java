package dev.semantica.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A KRaft node, controller and broker in one, inside this process. It listens on the loopback interface alone and is
 * set up to be small and quick to start; what it holds survives a restart on the same directory, a killed process
 * included.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int NODE_ID = 1;
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(10);

    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final Map<String, ServerSocketChannel> sockets = new HashMap<>();
    private final Metrics metrics = new Metrics();
    private ControllerServer controller;
    private BrokerServer broker;
    private String bootstrapServers;

    private EmbeddedBroker() {}

    /**
     * Starts a broker and returns when it takes requests.
     *
     * @throws EmbeddedBrokerException if the port is taken, the directory is in use or damaged, or the start fails
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) throws EmbeddedBrokerException {
        EmbeddedBroker started = new EmbeddedBroker();
        try {
            started.bind(config.port());
            started.startServers(config);
            return started;
        } catch (EmbeddedBrokerException e) {
            started.close();
            throw e;
        } catch (Exception e) {
            started.close();
            throw new EmbeddedBrokerException(
                    "The embedded broker could not start on " + config.directory() + ": " + rootMessage(e)
                            + "; if another broker uses the directory, stop it or name another directory",
                    e);
        }
    }

    /** Where clients connect: host:port. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** What broke the running broker, if something did; it then needs a restart. */
    public Optional<Throwable> fault() {
        return Optional.ofNullable(fault.get());
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.shutdown(SHUTDOWN_TIMEOUT);
        }
        if (controller != null) {
            controller.shutdown();
        }
        metrics.close();
        for (ServerSocketChannel socket : sockets.values()) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("Closing a socket failed", e);
            }
        }
    }

    /** Ports are taken before anything is configured with them, so nothing can take them in between. */
    private void bind(int port) throws EmbeddedBrokerException {
        try {
            sockets.put("CONTROLLER", listen(0));
            sockets.put("PLAINTEXT", listen(port));
            bootstrapServers = "127.0.0.1:" + portOf("PLAINTEXT");
        } catch (IOException e) {
            throw new EmbeddedBrokerException(
                    "Port " + port + " on 127.0.0.1 cannot be listened on (" + e.getMessage()
                            + "); stop what uses it or choose another port",
                    e);
        }
    }

    private static ServerSocketChannel listen(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // A broker that was killed leaves connections behind for a while; they must not keep it from its port.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(LOOPBACK, port));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private int portOf(String listener) throws IOException {
        return ((InetSocketAddress) sockets.get(listener).getLocalAddress()).getPort();
    }

    private void startServers(EmbeddedBrokerConfig embedded) throws Exception {
        Path directory = Files.createDirectories(embedded.directory().toAbsolutePath());
        int controllerPort = portOf("CONTROLLER");
        int brokerPort = portOf("PLAINTEXT");
        Map<String, String> settings = SmallFootprint.settings(NODE_ID, directory, controllerPort, brokerPort);
        settings.putAll(embedded.overrides());
        Properties properties = new Properties();
        properties.putAll(settings);
        KafkaConfig config = new KafkaConfig(properties, false);
        if (!Files.exists(directory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            format(directory);
        }
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> storage = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        List<String> voters = List.of(NODE_ID + "@127.0.0.1:" + controllerPort);
        SharedServer shared = new SharedServer(
                config,
                storage._1(),
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(voters)),
                List.of(),
                (name, fatal, action) -> (message, cause) -> handle(name, fatal, action, message, cause),
                (listener, address, backlog, buffer) -> sockets.get(listener));
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2());
        controller.startup();
        broker = new BrokerServer(shared);
        broker.startup();
    }

    /** A fault is reported; it never ends the process, which is not the broker's alone. */
    private RuntimeException handle(String name, boolean fatal, Runnable action, String message, Throwable cause) {
        RuntimeException exception = new IllegalStateException(name + ": " + message, cause);
        if (fatal) {
            LOG.error("The embedded broker broke", exception);
            fault.compareAndSet(null, exception);
        } else {
            LOG.warn("The embedded broker met a fault", exception);
        }
        action.run();
        return exception;
    }

    private static void format(Path directory) throws Exception {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
