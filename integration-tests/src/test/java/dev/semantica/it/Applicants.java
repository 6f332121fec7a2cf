package dev.semantica.it;

import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.health.ProcessHealth;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.sampler.worker.SamplerWorker;
import dev.semantica.sampler.worker.WorkerBundles;
import dev.semantica.sampler.worker.WorkerConfig;
import dev.semantica.sampler.worker.WorkerListener;
import dev.semantica.streams.StreamsAppConfig;
import dev.semantica.streams.StreamsApplication;
import io.opentelemetry.api.trace.TracerProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/** Topology and worker in this process, checked and started as their commands do, each with settings of its own. */
final class Applicants implements AutoCloseable {

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final List<InetSocketAddress> watched = new ArrayList<>();

    Applicants(Map<String, String> streamsSettings, Map<String, String> workerSettings) throws Exception {
        try {
            startStreams(Settings.load(null, Map.of(), streamsSettings));
            startWorker(Settings.load(null, Map.of(), workerSettings));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Where they answer those who watch them, if http.port is set. */
    List<InetSocketAddress> watched() {
        return watched;
    }

    private void startStreams(Settings settings) throws Exception {
        Connection connection = Connection.of(ConnectionConfig.from(settings));
        PermissionCheck permissions = new PermissionCheck(Application.STREAMS, connection, settings);
        PermissionCheck.require(Application.STREAMS, connection, settings);
        StreamsApplication streams = Applications.startStreams(connection, settings);
        owned.push(streams);
        permissions.requireInternalTopics(() -> streams.failure().isPresent());
        if (!streams.awaitRunning(Duration.ofSeconds(60))) {
            throw new AssertionError("The topology does not run: " + streams.failure());
        }
        watch(settings, connection, StreamsAppConfig.CONFIG);
    }

    private void startWorker(Settings settings) throws Exception {
        Connection connection = Connection.of(ConnectionConfig.from(settings));
        PermissionCheck.require(Application.WORKER, connection, settings);
        WorkerConfig config = Applications.workerConfig(settings);
        owned.push(SamplerWorker.start(
                connection.topics(),
                config,
                WorkerBundles.load(config),
                connection.clientSettings(),
                WorkerListener.NONE,
                TracerProvider.noop().get("untraced")));
        watch(settings, connection, WorkerConfig.CONFIG);
    }

    private void watch(Settings settings, Connection connection, ConfigDef application) {
        ProcessHealth health = ProcessHealth.start(
                settings, connection, Optional::empty, Optional::empty, application, registry -> {});
        owned.push(health);
        health.address().ifPresent(watched::add);
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new AssertionError("An application did not close", e);
            }
        }
    }
}
