package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a {@link ConsumerGroupBatchQueue} is opened with.
 *
 * @param topic the topic that holds the records; it must exist. At most as many workers as it has partitions get any.
 * @param groupId the consumer group; its workers must agree on {@code deliveryLimit}
 * @param maxInFlight how many deliveries may be in flight, 1 to {@value #MAX_IN_FLIGHT_LIMIT}
 * @param sessionTimeout after how long the partitions of a worker that is gone without a word go to others, at least one
 *     second; the broker's limits are 6 s to 30 min by default ({@code group.min.session.timeout.ms}, {@code …max…})
 * @param deliveryLimit how often a record is delivered at most, 2 or more
 * @param clientProperties settings of the Kafka clients: {@code bootstrap.servers}, and security where it is needed
 */
public record ConsumerGroupConfig(
        String topic,
        String groupId,
        int maxInFlight,
        Duration sessionTimeout,
        int deliveryLimit,
        Map<String, String> clientProperties) {

    /** So that what is known of the records in flight fits into a commit's metadata (4096 bytes by default). */
    static final int MAX_IN_FLIGHT_LIMIT = 64;

    /** Settings that the queue depends on. */
    private static final Set<String> RESERVED = Set.of(
            "group.id",
            "group.protocol",
            "key.deserializer",
            "value.deserializer",
            "max.poll.records",
            "session.timeout.ms",
            "heartbeat.interval.ms",
            "partition.assignment.strategy",
            "enable.auto.commit",
            "auto.offset.reset",
            "isolation.level");

    public ConsumerGroupConfig {
        List<String> problems = new ArrayList<>();
        if (topic == null || topic.isBlank()) {
            problems.add("topic: expected a topic's name, found " + topic);
        }
        if (groupId == null || groupId.isBlank()) {
            problems.add("groupId: expected a consumer group's name, found " + groupId);
        }
        if (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT_LIMIT) {
            problems.add("maxInFlight: expected 1 to " + MAX_IN_FLIGHT_LIMIT + ", found " + maxInFlight);
        }
        if (sessionTimeout == null || sessionTimeout.toMillis() < 1000 || sessionTimeout.toMillis() > 3_600_000) {
            problems.add("sessionTimeout: expected 1 s to 1 h, found " + sessionTimeout);
        }
        if (deliveryLimit < 2) {
            problems.add("deliveryLimit: expected 2 or more, found " + deliveryLimit);
        }
        clientProperties = Map.copyOf(clientProperties);
        if (clientProperties.getOrDefault("bootstrap.servers", "").isBlank()) {
            problems.add("clientProperties: expected bootstrap.servers=HOST:PORT[,…], found none");
        }
        Set<String> reserved = new TreeSet<>(clientProperties.keySet());
        reserved.retainAll(RESERVED);
        if (!reserved.isEmpty()) {
            problems.add("clientProperties: the queue sets " + reserved + " itself; remove them");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.putIfAbsent("metric.reporters", "");
        properties.putIfAbsent("enable.metrics.push", "false");
        properties.put("group.id", groupId);
        // Known to every broker since 2.4, and only the partitions that change hands are interrupted.
        properties.put("group.protocol", "classic");
        properties.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        properties.put("session.timeout.ms", Long.toString(sessionTimeout.toMillis()));
        properties.put("heartbeat.interval.ms", Long.toString(Math.min(3000, sessionTimeout.toMillis() / 3)));
        properties.put("max.poll.records", Integer.toString(maxInFlight));
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("isolation.level", "read_committed");
        return properties;
    }

    /** Without the clients' settings: they may hold secrets. */
    @Override
    public String toString() {
        return "ConsumerGroupConfig[topic=%s, groupId=%s]".formatted(topic, groupId);
    }

    /** For messages: which cluster this is about. */
    String bootstrapServers() {
        return clientProperties.get("bootstrap.servers");
    }
}
