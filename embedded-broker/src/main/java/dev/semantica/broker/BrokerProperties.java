package dev.semantica.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The node's settings: small, quick to start, and quick to take clients back after a crash. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CLIENT_LISTENER = "PLAINTEXT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** Listeners that every node has. */
    static final Set<String> LISTENERS = Set.of(CLIENT_LISTENER, CONTROLLER_LISTENER);

    /** Settings that follow from an {@link EmbeddedBrokerConfig} and that nobody may override. */
    static final Set<String> DERIVED = Set.of(
            "node.id",
            "broker.id",
            "process.roles",
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "inter.broker.listener.name",
            "controller.listener.names",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    private static final Map<String, String> TUNED = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("message.max.bytes", Integer.toString(16 << 20)),
            // A start that hangs must become an error.
            Map.entry("server.max.startup.time.ms", "60000"),

            // One node: one copy, few partitions.
            Map.entry("default.replication.factor", "1"),
            Map.entry("min.insync.replicas", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),

            // Small: the default cleaner buffer alone is 128 MiB of heap.
            Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
            Map.entry("log.cleaner.threads", "1"),
            Map.entry("offsets.load.buffer.size", "1048576"),
            Map.entry("transaction.state.log.load.buffer.size", "1048576"),
            Map.entry("share.coordinator.load.buffer.size", "1048576"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"),
            Map.entry("background.threads", "2"),
            Map.entry("num.recovery.threads.per.data.dir", "2"),
            Map.entry("group.coordinator.threads", "1"),
            Map.entry("share.coordinator.threads", "1"),

            // After a crash the controller holds the old registration until its session is over.
            Map.entry("broker.session.timeout.ms", "1500"),
            Map.entry("broker.heartbeat.interval.ms", "300"),
            // A killed producer's open transaction holds back read_committed readers until it is aborted.
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),

            // Groups: join at once, notice the dead soon.
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.min.heartbeat.interval.ms", "100"),
            Map.entry("group.consumer.heartbeat.interval.ms", "500"),
            Map.entry("group.consumer.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.session.timeout.ms", "6000"),
            Map.entry("group.consumer.assignment.interval.ms", "0"),
            Map.entry("group.share.min.heartbeat.interval.ms", "100"),
            Map.entry("group.share.heartbeat.interval.ms", "1000"),
            Map.entry("group.share.min.session.timeout.ms", "1000"),
            Map.entry("group.share.session.timeout.ms", "6000"),
            Map.entry("group.share.assignment.interval.ms", "0"),
            Map.entry("group.share.min.record.lock.duration.ms", "1000"),
            Map.entry("group.share.max.record.lock.duration.ms", "3600000"),
            Map.entry("group.share.min.partition.max.record.locks", "100"));

    private BrokerProperties() {}

    /** @param ports of all listeners, by their names */
    static Properties of(EmbeddedBrokerConfig config, Path logDirectory, Map<String, Integer> ports) {
        var properties = new Properties();
        properties.putAll(TUNED);
        properties.putAll(config.overrides());
        var protocols = new TreeMap<>(config.listeners());
        protocols.put(CLIENT_LISTENER, "PLAINTEXT");
        var clients =
                protocols.keySet().stream().map(name -> address(name, ports)).collect(Collectors.joining(","));
        protocols.put(CONTROLLER_LISTENER, "PLAINTEXT");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("process.roles", "broker,controller");
        properties.put("listeners", clients + "," + address(CONTROLLER_LISTENER, ports));
        properties.put("advertised.listeners", clients);
        properties.put(
                "listener.security.protocol.map",
                protocols.entrySet().stream()
                        .map(listener -> listener.getKey() + ":" + listener.getValue())
                        .collect(Collectors.joining(",")));
        properties.put("inter.broker.listener.name", CLIENT_LISTENER);
        properties.put("controller.listener.names", CONTROLLER_LISTENER);
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + ports.get(CONTROLLER_LISTENER));
        properties.put("log.dirs", logDirectory.toString());
        return properties;
    }

    private static String address(String listener, Map<String, Integer> ports) {
        return listener + "://127.0.0.1:" + ports.get(listener);
    }
}
