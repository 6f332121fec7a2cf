package dev.semantica.sampler.worker;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/** The keys that say how batches are taken. */
final class QueueKeys {

    private static final String QUEUE_TYPE = "queue.type";
    private static final String GROUP = "queue.group.id";
    private static final String IN_FLIGHT = "queue.max.in.flight";
    private static final String LOCK = "queue.lock.duration.ms";
    private static final String DELIVERIES = "queue.delivery.count.limit";

    private QueueKeys() {}

    static void define(ConfigDef keys) {
        keys.define(
                        QUEUE_TYPE,
                        ConfigDef.Type.STRING,
                        "share",
                        ConfigDef.ValidString.in("share", "consumer"),
                        Importance.HIGH,
                        "How workers share batches: a share group (share; any number of workers; Kafka 4.3 and newer) or a"
                                + " consumer group (consumer; at most as many workers as sampler-batches has partitions;"
                                + " Kafka 3 and newer). All workers of a group must agree.")
                .define(
                        GROUP,
                        ConfigDef.Type.STRING,
                        "semantica-samplers",
                        new ConfigDef.NonEmptyString(),
                        Importance.MEDIUM,
                        "Group of the fleet of workers. A name belongs to one type of queue on a cluster.")
                .define(
                        IN_FLIGHT,
                        ConfigDef.Type.INT,
                        4,
                        Range.between(1, 1000),
                        Importance.MEDIUM,
                        "Batches that a worker has at once; their variations take steps together.")
                .define(
                        LOCK,
                        ConfigDef.Type.LONG,
                        30_000L,
                        Range.between(1000, 3_600_000),
                        Importance.MEDIUM,
                        "How long a batch stays with a worker that has fallen silent. A working one renews its lock; of a"
                                + " consumer group it is the session timeout.")
                .define(
                        DELIVERIES,
                        ConfigDef.Type.INT,
                        10,
                        Range.between(2, 10),
                        Importance.MEDIUM,
                        "How often a batch is delivered at most; the last delivery reports the failure.");
    }

    static WorkerConfig.Queue queue(Map<String, Object> values) {
        return new WorkerConfig.Queue(
                WorkerConfig.QueueType.valueOf(((String) values.get(QUEUE_TYPE)).toUpperCase(Locale.ROOT)),
                (String) values.get(GROUP),
                (Integer) values.get(IN_FLIGHT),
                Duration.ofMillis((Long) values.get(LOCK)),
                (Integer) values.get(DELIVERIES));
    }
}
