package dev.semantica.connectors.worker;

import dev.semantica.connectors.Await;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy;
import org.apache.kafka.connect.runtime.Worker;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorOffsets;
import org.apache.kafka.connect.runtime.rest.entities.Message;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;
import org.apache.kafka.connect.storage.FileOffsetBackingStore;
import org.apache.kafka.connect.util.FutureCallback;

/** A Connect worker of Kafka's own, in standalone mode in this process; finds the plug-ins by their manifests. */
final class StandaloneWorker implements AutoCloseable {

    private static final long PATIENCE_S = 30;

    private final StandaloneHerder herder;

    StandaloneWorker(String bootstrapServers, Path offsets, String registry) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap.servers", bootstrapServers,
                "plugin.discovery", "service_load",
                "offset.storage.file.filename", offsets.toString(),
                "offset.flush.interval.ms", "200",
                "key.converter", "org.apache.kafka.connect.storage.StringConverter",
                "value.converter", "dev.semantica.connectors.contract.ContractConverter",
                "value.converter.schema.registry.url", registry));
        Plugins plugins = new Plugins(settings);
        plugins.compareAndSwapWithDelegatingLoader();
        StandaloneConfig config = new StandaloneConfig(settings);
        var offsetStore = new FileOffsetBackingStore(plugins.newInternalConverter(
                true, "org.apache.kafka.connect.json.JsonConverter", Map.of("schemas.enable", "false")));
        offsetStore.configure(config);
        var overrides = new AllConnectorClientConfigOverridePolicy();
        Worker worker = new Worker("test-worker", Time.SYSTEM, plugins, config, offsetStore, overrides);
        herder = new StandaloneHerder(worker, "test-cluster", overrides);
        herder.start();
    }

    /** Makes or changes a connector and waits until it and its tasks run. */
    void put(String name, Map<String, String> config) throws Exception {
        Map<String, String> named = new HashMap<>(config);
        named.put("name", name);
        // The REST interface validates first.
        FutureCallback<org.apache.kafka.connect.runtime.rest.entities.ConfigInfos> validated = new FutureCallback<>();
        herder.validateConnectorConfig(named, validated);
        var infos = validated.get(PATIENCE_S, TimeUnit.SECONDS);
        if (infos.errorCount() > 0) {
            throw new AssertionError(infos.configs().stream()
                    .flatMap(info -> info.configValue().errors().stream())
                    .toList());
        }
        FutureCallback<
                        org.apache.kafka.connect.runtime.Herder.Created<
                                org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo>>
                made = new FutureCallback<>();
        herder.putConnectorConfig(name, named, true, made);
        made.get(PATIENCE_S, TimeUnit.SECONDS);
        Await.until(name + " runs", () -> running(name));
    }

    private boolean running(String name) {
        var status = herder.connectorStatus(name);
        return !status.tasks().isEmpty()
                && status.tasks().stream().allMatch(task -> task.state().equals("RUNNING"));
    }

    /** Stops a connector but keeps its offsets. */
    void stop(String name) throws Exception {
        FutureCallback<Void> stopped = new FutureCallback<>();
        herder.stopConnector(name, stopped);
        stopped.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    void resume(String name) throws InterruptedException {
        herder.resumeConnector(name);
        Await.until(name + " runs", () -> running(name));
    }

    ConnectorOffsets offsets(String name) throws Exception {
        FutureCallback<ConnectorOffsets> offsets = new FutureCallback<>();
        herder.connectorOffsets(name, offsets);
        return offsets.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    Message alterOffsets(String name, Map<Map<String, ?>, Map<String, ?>> offsets) throws Exception {
        FutureCallback<Message> altered = new FutureCallback<>();
        herder.alterConnectorOffsets(name, offsets, altered);
        return altered.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        herder.stop();
    }
}
