package dev.semantica.console.health;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.HttpConfig;
import dev.semantica.console.config.LogConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.streams.StreamsAppConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;

/** Lets an application be watched while it runs, where its settings ask for that. */
public final class ProcessHealth implements AutoCloseable {

    private final RequestTotals totals;
    private final HealthServer server;

    private ProcessHealth(RequestTotals totals, HealthServer server) {
        this.totals = totals;
        this.server = server;
    }

    /**
     * Listens if {@code http.port} is set.
     *
     * @param live fails when the process should be started anew
     * @param ready fails while the process does no work
     * @param application the application's keys, for {@code /config}
     * @param metrics registers what the process counts of its own
     * @throws ConfigurationException if the address cannot be listened on
     */
    public static ProcessHealth start(
            Settings settings,
            Connection connection,
            Probe live,
            Probe ready,
            ConfigDef application,
            Consumer<PrometheusRegistry> metrics) {
        HttpConfig config = HttpConfig.from(settings);
        if (!config.listens()) {
            return new ProcessHealth(null, null);
        }
        String shown = EffectiveSettings.of(
                settings,
                List.of(ConnectionConfig.CONFIG, application, HttpConfig.CONFIG, LogConfig.CONFIG),
                List.of(
                        ConnectionConfig.KAFKA_PREFIX,
                        ConnectionConfig.REGISTRY_PREFIX,
                        StreamsAppConfig.STREAMS_PREFIX));
        RequestTotals totals = new RequestTotals(connection);
        try {
            return new ProcessHealth(
                    totals,
                    HealthServer.start(
                            config, live, ready, shown, List.of(registry -> registry.register(totals), metrics)));
        } catch (ConfigurationException e) {
            totals.close();
            throw e;
        }
    }

    /** Where it listens, if it does. */
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(server).map(HealthServer::address);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
            totals.close();
        }
    }
}
