package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A {@link BatchQueue} on a Kafka consumer group, for brokers without share groups as {@link ShareGroupBatchQueue}
 * needs them (before Kafka 4.3). A partition is one
 * worker's at a time, so a topic needs at least as many partitions as workers, and a worker that dies without a word
 * keeps its records until the session timeout is over. Records are done in any order; how far the group is, and how often
 * each record was delivered, lies with its offsets, so a crash or a rebalance repeats only what was in flight.
 *
 * <p>Unlike a share group, it never drops a record whose last delivery was lost: that delivery is repeated. Records of
 * open or aborted transactions are not delivered. A new group starts at the topic's beginning.
 */
public final class ConsumerGroupBatchQueue implements BatchQueue {
    /** What the thread needs at most to commit and to leave the group. */
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private final ReadyDeliveries<GroupDelivery> ready = new ReadyDeliveries<>();
    private final GroupPoller poller;
    private final Thread thread;

    /**
     * Joins the group.
     *
     * @param losses is told of deliveries that were taken away from this queue
     * @throws BatchQueueException when no broker answers, the topic does not exist, or the settings are refused
     */
    public static ConsumerGroupBatchQueue open(ConsumerGroupConfig config, LostDeliveryListener losses)
            throws InterruptedException {
        requireTopic(config);
        try {
            return new ConsumerGroupBatchQueue(config, losses);
        } catch (KafkaException e) {
            throw unusable(config, e);
        }
    }

    private ConsumerGroupBatchQueue(ConsumerGroupConfig config, LostDeliveryListener losses) {
        poller = new GroupPoller(
                config,
                new KafkaConsumer<>(
                        config.consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                ready,
                losses);
        thread = new Thread(poller, "batch-queue-" + config.groupId());
        thread.setDaemon(true);
        thread.start();
    }

    private static void requireTopic(ConsumerGroupConfig config) throws InterruptedException {
        Map<String, Object> properties = new HashMap<>(config.clientProperties());
        properties.putIfAbsent("request.timeout.ms", "10000");
        properties.putIfAbsent("default.api.timeout.ms", "15000");
        properties.put("enable.metrics.push", "false");
        try (Admin admin = Admin.create(properties)) {
            admin.describeTopics(List.of(config.topic())).allTopicNames().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new BatchQueueException(
                        "Topic " + config.topic() + " does not exist at " + config.bootstrapServers()
                                + ". Create it first, with `semantica topics create`",
                        e.getCause());
            }
            throw new BatchQueueException(
                    "Could not look up topic " + config.topic() + " at " + config.bootstrapServers() + ": "
                            + e.getCause().getMessage()
                            + ". Check that a broker runs there, that its advertised address can be reached, and that"
                            + " DESCRIBE and READ on the topic and READ on group " + config.groupId() + " are allowed",
                    e.getCause());
        } catch (KafkaException e) {
            throw unusable(config, e);
        }
    }

    private static BatchQueueException unusable(ConsumerGroupConfig config, KafkaException e) {
        return new BatchQueueException(
                "The Kafka client settings for " + config.bootstrapServers() + " are not usable: " + e.getMessage(), e);
    }

    @Override
    public List<Delivery> poll(Duration timeout) throws InterruptedException {
        return ready.poll(timeout);
    }

    @Override
    public void wakeup() {
        ready.wakeup();
    }

    @Override
    public void close(Duration drainTimeout) {
        ready.close().forEach(GroupDelivery::releaseUnseen);
        poller.stop();
        join(drainTimeout);
        poller.abandon();
        join(FAREWELL);
    }

    /** An interrupt ends the waiting, not the closing. */
    private void join(Duration timeout) {
        try {
            // Zero would be a wait without end.
            thread.join(Math.max(1, timeout.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
