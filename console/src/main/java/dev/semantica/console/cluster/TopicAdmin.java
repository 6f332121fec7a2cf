package dev.semantica.console.cluster;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.schemas.TopicRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates and describes the topics of an installation; nothing else ever creates them. */
public final class TopicAdmin {

    /** A dead letter is its record and the reason. */
    private static final int DEAD_LETTER_REASON_BYTES = 64 * 1024;

    private static final long PAUSE_NANOS = 10_000_000;

    private final Admin admin;
    private final ConnectionConfig config;
    private final Duration timeout;

    /** Works through the given client; every call may take up to the timeout. */
    public TopicAdmin(Admin admin, ConnectionConfig config, Duration timeout) {
        this.admin = admin;
        this.config = config;
        this.timeout = timeout;
    }

    /**
     * Creates the topics that are missing.
     *
     * @return for every role, whether its topic was created now
     * @throws ConfigurationException if the cluster cannot be reached or refuses
     */
    public Map<TopicRole, Boolean> create() {
        Map<TopicRole, Optional<TopicDescription>> existing = describe();
        int eventPartitions = existing.get(TopicRole.IMAGE_EVENTS)
                .map(topic -> topic.partitions().size())
                .orElse(config.partitions());
        List<NewTopic> wanted = new ArrayList<>();
        Map<TopicRole, Boolean> created = new EnumMap<>(TopicRole.class);
        for (TopicRole role : TopicRole.values()) {
            created.put(role, existing.get(role).isEmpty());
            if (existing.get(role).isEmpty()) {
                int partitions = role.partitionedLikeImageEvents() ? eventPartitions : config.partitions();
                Map<String, String> configs = new HashMap<>(role.configs());
                configs.put(
                        "max.message.bytes",
                        Integer.toString(config.maxMessageBytes()
                                + (role == TopicRole.DEAD_LETTERS ? DEAD_LETTER_REASON_BYTES : 0)));
                wanted.add(
                        new NewTopic(config.names().of(role), partitions, config.replicationFactor()).configs(configs));
            }
        }
        try {
            await(admin.createTopics(wanted).all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw refused("create topics", e.getCause());
            }
        }
        awaitKnown();
        return created;
    }

    /** The controller creates topics; brokers learn of them a moment later. */
    private void awaitKnown() {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (describe().containsValue(Optional.<TopicDescription>empty())) {
            if (System.nanoTime() > deadline) {
                throw new ConfigurationException("The brokers at " + config.bootstrapServers()
                        + " created the topics but do not know them after " + timeout.toSeconds()
                        + " s; look at the brokers' logs");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Looks up every role's topic.
     *
     * @throws ConfigurationException if the cluster cannot be reached
     */
    public Map<TopicRole, Optional<TopicDescription>> describe() {
        Map<TopicRole, Optional<TopicDescription>> found = new EnumMap<>(TopicRole.class);
        Map<String, KafkaFuture<TopicDescription>> futures =
                admin.describeTopics(Set.copyOf(allNames().values())).topicNameValues();
        allNames().forEach((role, name) -> {
            try {
                found.put(role, Optional.of(await(futures.get(name))));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw refused("describe topics", e.getCause());
                }
                found.put(role, Optional.empty());
            }
        });
        return found;
    }

    private Map<TopicRole, String> allNames() {
        Map<TopicRole, String> names = new EnumMap<>(TopicRole.class);
        for (TopicRole role : TopicRole.values()) {
            names.put(role, config.names().of(role));
        }
        return names;
    }

    private <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ConfigurationException("No broker answered at " + config.bootstrapServers() + " within "
                    + timeout.toSeconds() + " s; check --bootstrap-servers, and that the brokers run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Interrupted while waiting for the brokers");
        }
    }

    private ConfigurationException refused(String what, Throwable cause) {
        String refusal =
                "The cluster at " + config.bootstrapServers() + " refused to " + what + ": " + cause.getMessage();
        return new ConfigurationException(
                cause instanceof AuthorizationException
                        ? refusal
                                + "; allow Create and Describe on the topics, as 'semantica acls --application topics'"
                                + " prints it"
                        : refusal);
    }
}
