package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a {@link ShareGroupBatchQueue} is opened with.
 *
 * @param topic the topic that holds the records; it must exist
 * @param groupId the share group; its workers must agree on {@code recordLock} and {@code deliveryLimit}
 * @param maxInFlight how many deliveries may be in flight, 1 to {@value #MAX_IN_FLIGHT_LIMIT}. Each place is a member
 *     of the group with a connection and two threads of its own; a broker allows 200 members a group by default
 *     ({@code group.share.max.size}). A topic with more partitions than the group has members leaves records waiting
 *     behind a busy member, so give the topic few partitions.
 * @param recordLock how long a record stays with a worker that has gone silent, at least one second. The broker's
 *     limits are 15 s to 60 s by default ({@code group.share.min.record.lock.duration.ms}, {@code …max…}). Renewed by
 *     the queue itself at a third of it.
 * @param deliveryLimit how often a record is delivered at most, 2 or more; brokers allow 10 by default
 *     ({@code group.share.max.delivery.count.limit})
 * @param clientProperties settings of the Kafka clients: {@code bootstrap.servers}, and security where it is needed
 */
public record ShareGroupConfig(
        String topic,
        String groupId,
        int maxInFlight,
        Duration recordLock,
        int deliveryLimit,
        Map<String, String> clientProperties) {
    public static final Duration DEFAULT_RECORD_LOCK = Duration.ofSeconds(30);
    public static final int DEFAULT_DELIVERY_LIMIT = 10;
    static final int MAX_IN_FLIGHT_LIMIT = 64;

    /** Settings that the queue depends on. */
    private static final Set<String> RESERVED = Set.of(
            "group.id",
            "key.deserializer",
            "value.deserializer",
            "max.poll.records",
            "max.poll.interval.ms",
            "share.acquire.mode",
            "share.acknowledgement.mode");

    public ShareGroupConfig {
        var problems = new ArrayList<String>();
        if (topic == null || topic.isBlank()) {
            problems.add("topic: expected a topic's name, found " + quoted(topic));
        }
        if (groupId == null || groupId.isBlank()) {
            problems.add("groupId: expected a share group's name, found " + quoted(groupId));
        }
        if (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT_LIMIT) {
            problems.add("maxInFlight: expected 1 to " + MAX_IN_FLIGHT_LIMIT + ", found " + maxInFlight);
        }
        if (recordLock == null || recordLock.toMillis() < 1000 || recordLock.toMillis() > Integer.MAX_VALUE) {
            problems.add("recordLock: expected 1 s to 24 days, found " + recordLock);
        }
        if (deliveryLimit < 2 || deliveryLimit > Short.MAX_VALUE) {
            problems.add("deliveryLimit: expected 2 to " + Short.MAX_VALUE + ", found " + deliveryLimit);
        }
        clientProperties = Map.copyOf(clientProperties);
        if (clientProperties.getOrDefault("bootstrap.servers", "").isBlank()) {
            problems.add("clientProperties: expected bootstrap.servers=HOST:PORT[,…], found none");
        }
        var reserved = new TreeSet<>(clientProperties.keySet());
        reserved.retainAll(RESERVED);
        if (!reserved.isEmpty()) {
            problems.add("clientProperties: the queue sets " + reserved + " itself; remove them");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** The default lock and delivery limit, on a cluster without security. */
    public static ShareGroupConfig of(String bootstrapServers, String topic, String groupId, int maxInFlight) {
        return new ShareGroupConfig(
                topic,
                groupId,
                maxInFlight,
                DEFAULT_RECORD_LOCK,
                DEFAULT_DELIVERY_LIMIT,
                Map.of("bootstrap.servers", bootstrapServers));
    }

    /** The group's settings on the broker, by their Kafka names. */
    Map<String, String> groupSettings() {
        return Map.of(
                "share.auto.offset.reset", "earliest",
                "share.isolation.level", "read_committed",
                "share.record.lock.duration.ms", Long.toString(recordLock.toMillis()),
                "share.delivery.count.limit", Integer.toString(deliveryLimit),
                "share.renew.acknowledge.enable", "true");
    }

    /** Without the clients' settings: they may hold secrets. */
    @Override
    public String toString() {
        return "ShareGroupConfig[topic=%s, groupId=%s]".formatted(topic, groupId);
    }

    /** For messages: which cluster this is about. */
    String bootstrapServers() {
        return clientProperties.get("bootstrap.servers");
    }

    private static String quoted(String text) {
        return text == null ? "null" : "\"" + text + "\"";
    }
}
