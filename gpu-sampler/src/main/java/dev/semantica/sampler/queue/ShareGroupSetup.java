package dev.semantica.sampler.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Makes the share group ready before its first member joins: from then on it is too late for
 * {@code share.auto.offset.reset}, whose default skips every record that is already there.
 */
final class ShareGroupSetup {
    private static final String SHARE_FEATURE = "share.version";

    private final ShareGroupConfig config;
    private final Admin admin;
    private final ConfigResource group;

    private ShareGroupSetup(ShareGroupConfig config, Admin admin) {
        this.config = config;
        this.admin = admin;
        this.group = new ConfigResource(ConfigResource.Type.GROUP, config.groupId());
    }

    /** @throws BatchQueueException when the cluster cannot serve the group as configured */
    static void run(ShareGroupConfig config) throws InterruptedException {
        var properties = new HashMap<String, Object>(config.clientProperties());
        properties.putIfAbsent("request.timeout.ms", "10000");
        properties.putIfAbsent("default.api.timeout.ms", "15000");
        properties.put("enable.metrics.push", "false");
        try (var admin = Admin.create(properties)) {
            var setup = new ShareGroupSetup(config, admin);
            setup.requireShareGroups();
            setup.requireTopic();
            setup.applySettings();
        } catch (KafkaException e) {
            throw new BatchQueueException(
                    "The Kafka client settings for " + config.bootstrapServers() + " are not usable: " + e.getMessage(),
                    e);
        }
    }

    private void requireShareGroups() throws InterruptedException {
        var features = get(admin.describeFeatures().featureMetadata(), "ask which features it has");
        var share = features.finalizedFeatures().get(SHARE_FEATURE);
        if (share == null || share.maxVersionLevel() < 1) {
            throw noShareGroups(
                    "finalized " + SHARE_FEATURE + " is " + (share == null ? 0 : share.maxVersionLevel()), null);
        }
    }

    private BatchQueueException noShareGroups(String found, Throwable cause) {
        return new BatchQueueException(
                "The cluster at " + config.bootstrapServers() + " has no share groups: expected " + SHARE_FEATURE
                        + " 1 on Kafka 4.3 or newer, found " + found + ". Upgrade the brokers and run kafka-features.sh"
                        + " upgrade --feature share.version=1, or set queue.type=consumer",
                cause);
    }

    private void requireTopic() throws InterruptedException {
        get(admin.describeTopics(List.of(config.topic())).allTopicNames(), "look up topic " + config.topic());
    }

    /** Changes only what differs, so that a worker on a prepared group needs no right to alter it. */
    private void applySettings() throws InterruptedException {
        var current = get(admin.describeConfigs(List.of(group)).all(), "read the settings of group " + config.groupId())
                .getOrDefault(group, new Config(List.of()));
        var wanted = new TreeMap<>(config.groupSettings());
        var unknown = new ArrayList<String>();
        wanted.keySet().stream().filter(key -> current.get(key) == null).forEach(unknown::add);
        if (!unknown.isEmpty()) {
            throw noShareGroups("a broker that does not know the group settings " + unknown, null);
        }
        Collection<AlterConfigOp> changes = new ArrayList<>();
        wanted.forEach((key, value) -> {
            if (!value.equals(current.get(key).value())) {
                changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
            }
        });
        if (!changes.isEmpty()) {
            get(
                    admin.incrementalAlterConfigs(Map.of(group, changes)).all(),
                    "set " + wanted + " for group " + group.name());
        }
    }

    private <T> T get(KafkaFuture<T> future, String what) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw explain(e.getCause(), what);
        }
    }

    private BatchQueueException explain(Throwable cause, String what) {
        if (cause instanceof UnsupportedVersionException) {
            return noShareGroups("a broker too old to " + what, cause);
        }
        var problem = "Could not " + what + " at " + config.bootstrapServers() + ": ";
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new BatchQueueException(
                    "Topic " + config.topic() + " does not exist at " + config.bootstrapServers()
                            + ". Create it first, with `semantica topics create`",
                    cause);
        }
        if (cause instanceof TimeoutException) {
            return new BatchQueueException(
                    problem + "no answer in time (" + cause.getMessage()
                            + "). Check that a broker runs there and that its advertised address can be reached",
                    cause);
        }
        if (cause instanceof AuthorizationException || isRefusal(cause)) {
            return new BatchQueueException(
                    problem + cause.getMessage() + ". Allow DESCRIBE_CONFIGS and ALTER_CONFIGS on the group, or have an"
                            + " administrator set " + new TreeMap<>(config.groupSettings()) + " for it, and allow READ"
                            + " on the group and the topic",
                    cause);
        }
        if (cause instanceof InvalidConfigurationException || cause instanceof InvalidRequestException) {
            return new BatchQueueException(
                    problem + cause.getMessage()
                            + ". Keep recordLock and deliveryLimit within the broker's limits, or raise these:"
                            + " group.share.{min,max}.record.lock.duration.ms and group.share.max.delivery.count.limit",
                    cause);
        }
        return new BatchQueueException(problem + cause, cause);
    }

    /** A controller refuses a group's settings as an invalid request (Kafka 4.3.1), with the right words. */
    private static boolean isRefusal(Throwable cause) {
        return cause instanceof InvalidRequestException
                && String.valueOf(cause.getMessage()).startsWith(Errors.GROUP_AUTHORIZATION_FAILED.message());
    }
}
