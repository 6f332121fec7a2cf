package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A {@link BatchQueue} on a Kafka share group (KIP-932), for brokers of Kafka 4.3 and newer: any number of workers on
 * any number of partitions, a record at a time.
 *
 * <p>Records of open or aborted transactions are not delivered. A new group starts at the topic's beginning. The
 * group's settings are put in place when a queue is opened.
 */
public final class ShareGroupBatchQueue implements BatchQueue {
    /** What a lane needs at most to give its record back and to leave the group. */
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    /** How soon a lane whose poll has become vain is told; small against a batch's linger, and 50 wake-ups a second. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final ReadyDeliveries<ShareDelivery> ready = new ReadyDeliveries<>();
    private final List<ShareLane> lanes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Prepares the group and joins it.
     *
     * @param losses is told of deliveries that were taken away from this queue
     * @throws BatchQueueException when no broker answers, the cluster has no share groups, the topic does not exist,
     *     or the settings are refused
     */
    public static ShareGroupBatchQueue open(ShareGroupConfig config, LostDeliveryListener losses)
            throws InterruptedException {
        ShareGroupSetup.run(config);
        return new ShareGroupBatchQueue(config, losses);
    }

    private ShareGroupBatchQueue(ShareGroupConfig config, LostDeliveryListener losses) {
        var coordinator = new Coordinator(config, System::nanoTime);
        try {
            for (var i = 0; i < config.maxInFlight(); i++) {
                var lane = new ShareLane(config, () -> consumer(config), coordinator, ready, losses);
                var thread = new Thread(lane, "batch-queue-" + config.groupId() + "-" + i);
                thread.setDaemon(true);
                thread.start();
                lanes.add(lane);
                threads.add(thread);
            }
            var watch = new Thread(this::watch, "batch-queue-" + config.groupId() + "-watch");
            watch.setDaemon(true);
            watch.start();
        } catch (KafkaException e) {
            close(Duration.ZERO);
            throw new BatchQueueException(
                    "The Kafka client settings for " + config.bootstrapServers() + " are not usable: " + e.getMessage(),
                    e);
        }
    }

    private void watch() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                lanes.forEach(ShareLane::look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static LaneConsumer consumer(ShareGroupConfig config) {
        return LaneConsumer.of(new KafkaShareConsumer<>(
                consumerProperties(config), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    private static Map<String, Object> consumerProperties(ShareGroupConfig config) {
        var properties = new HashMap<String, Object>(config.clientProperties());
        // Without metrics for a reporter that nobody asked for, a lane is cheap.
        properties.putIfAbsent("metric.reporters", "");
        properties.putIfAbsent("enable.metrics.push", "false");
        properties.put("group.id", config.groupId());
        properties.put("share.acknowledgement.mode", "explicit");
        properties.put("share.acquire.mode", "record_limit");
        properties.put("max.poll.records", "1");
        // A lane polls once a renewal at least.
        properties.put(
                "max.poll.interval.ms",
                Long.toString(Math.max(300_000L, config.recordLock().toMillis())));
        return properties;
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
        ready.close().forEach(ShareDelivery::release);
        lanes.forEach(ShareLane::stop);
        join(drainTimeout);
        lanes.forEach(ShareLane::abandon);
        join(FAREWELL);
        closed.countDown();
    }

    /** An interrupt ends the waiting, not the closing. */
    private void join(Duration timeout) {
        var deadline = System.nanoTime() + timeout.toNanos();
        try {
            for (var thread : threads) {
                var millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis > 0) {
                    thread.join(millis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
