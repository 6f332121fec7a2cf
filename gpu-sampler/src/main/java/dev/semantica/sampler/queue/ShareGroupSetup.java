package dev.semantica.sampler.queue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Sets a group up before its first member subscribes: by default a new share group skips what is already queued. */
final class ShareGroupSetup {

    private static final long TIMEOUT_SECONDS = 30;

    private ShareGroupSetup() {}

    static void apply(ShareGroupConfig config) {
        String servers = String.valueOf(config.client().get("bootstrap.servers"));
        try (Admin admin = Admin.create(config.client())) {
            try {
                admin.describeTopics(List.of(config.topic())).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new QueueException(
                        e.getCause() instanceof UnknownTopicOrPartitionException
                                ? "Topic " + config.topic() + " does not exist at " + servers
                                        + "; create it with: semantica topics create"
                                : "The brokers at " + servers + " cannot describe topic " + config.topic() + ": "
                                        + e.getCause().getMessage(),
                        e.getCause());
            }
            Map<ConfigResource, java.util.Collection<AlterConfigOp>> changes = Map.of(
                    new ConfigResource(ConfigResource.Type.GROUP, config.groupId()),
                    List.of(
                            set("share.auto.offset.reset", "earliest"),
                            // Batches are written in transactions.
                            set("share.isolation.level", "read_committed"),
                            set(
                                    "share.record.lock.duration.ms",
                                    Long.toString(config.lockDuration().toMillis())),
                            set("share.delivery.count.limit", Integer.toString(config.deliveryLimit()))));
            admin.incrementalAlterConfigs(changes).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new QueueException(
                    "The brokers at " + servers + " do not accept share group " + config.groupId() + " ("
                            + e.getCause().getMessage() + ")"
                            + (e.getCause() instanceof UnsupportedVersionException
                                    ? "; share groups need Apache Kafka 4.2 or newer with share.version=1"
                                    : "; correct the queue.* keys or the brokers' group.share.* limits"),
                    e.getCause());
        } catch (TimeoutException e) {
            throw new QueueException(
                    "No broker answered at " + servers + " within " + TIMEOUT_SECONDS
                            + " s; check bootstrap.servers, and that the brokers run",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException("Interrupted while setting up share group " + config.groupId(), e);
        }
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }
}
