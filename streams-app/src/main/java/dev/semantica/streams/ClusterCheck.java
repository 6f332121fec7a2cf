package dev.semantica.streams;

import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.TopicRole;
import dev.semantica.schemas.Topics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the cluster is as the topology needs it. Nothing is created or changed. */
final class ClusterCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterCheck.class);
    private static final long TIMEOUT_SECONDS = 30;
    private static final String MAX_MESSAGE_BYTES = "max.message.bytes";

    private ClusterCheck() {}

    static void run(Topics topics, StreamsAppConfig config, Map<String, String> client) throws StreamsStartException {
        List<String> problems = new ArrayList<>();
        try (Admin admin = Admin.create(new HashMap<>(client))) {
            check(admin, topics.names(), config, problems);
        } catch (TimeoutException e) {
            problems.add("No broker answered at " + client.get("bootstrap.servers") + " within " + TIMEOUT_SECONDS
                    + " s; check bootstrap.servers, and that the brokers run");
        } catch (ExecutionException e) {
            problems.add("The cluster at " + client.get("bootstrap.servers") + " cannot be examined: "
                    + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("Interrupted while examining the cluster");
        }
        if (!problems.isEmpty()) {
            throw new StreamsStartException(problems);
        }
    }

    private static void check(Admin admin, TopicNames names, StreamsAppConfig config, List<String> problems)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicRole, TopicDescription> found = new EnumMap<>(TopicRole.class);
        for (TopicRole role : TopicRole.values()) {
            try {
                String name = names.of(role);
                found.put(
                        role,
                        get(admin.describeTopics(List.of(name))
                                .topicNameValues()
                                .get(name)));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                problems.add("Topic " + names.of(role) + " does not exist; create it with: semantica topics create");
            }
        }
        TopicDescription events = found.get(TopicRole.IMAGE_EVENTS);
        TopicDescription results = found.get(TopicRole.SAMPLER_RESULTS);
        if (events != null
                && results != null
                && events.partitions().size() != results.partitions().size()) {
            problems.add(
                    "Topic " + results.name() + " has " + results.partitions().size() + " partitions and "
                            + events.name() + " has " + events.partitions().size()
                            + "; they must have the same number, as results go back to the partition of their image");
        }
        checkConfigs(admin, names, config, found, problems);
        checkInternal(admin, config, problems);
    }

    /** Whether the internal topics that exist, perhaps made by an earlier version, take what is written now. */
    private static void checkInternal(Admin admin, StreamsAppConfig config, List<String> problems)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<ConfigResource> resources = SemanticaTopology.internalTopics(config.applicationId()).stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        for (var described : admin.describeConfigs(resources).values().entrySet()) {
            String name = described.getKey().name();
            try {
                int allowed = Integer.parseInt(
                        get(described.getValue()).get(MAX_MESSAGE_BYTES).value());
                if (allowed < config.largestRecord()) {
                    problems.add("Topic " + name + " takes records of " + allowed
                            + " bytes, the topology writes up to " + config.largestRecord()
                            + " with topics.max.message.bytes " + config.maxMessageBytes()
                            + "; mend it with: kafka-configs.sh --alter --entity-type topics --entity-name " + name
                            + " --add-config max.message.bytes=" + config.largestRecord());
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthorizationException) {
                    LOG.info("DESCRIBE_CONFIGS on {} is not allowed, so its max.message.bytes is not checked", name);
                } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
    }

    private static void checkConfigs(
            Admin admin,
            TopicNames names,
            StreamsAppConfig config,
            Map<TopicRole, TopicDescription> found,
            List<String> problems)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<ConfigResource> resources = found.keySet().stream()
                .map(role -> new ConfigResource(ConfigResource.Type.TOPIC, names.of(role)))
                .toList();
        Map<ConfigResource, Config> configs =
                get(admin.describeConfigs(resources).all());
        configs.forEach((resource, values) -> {
            int allowed = Integer.parseInt(values.get(MAX_MESSAGE_BYTES).value());
            if (allowed < config.maxMessageBytes()) {
                problems.add("Topic " + resource.name() + " takes records of " + allowed
                        + " bytes, topics.max.message.bytes is " + config.maxMessageBytes()
                        + "; raise the topic's max.message.bytes or lower the key");
            }
            if (resource.name().equals(names.of(TopicRole.REQUEST_STATUS))
                    && !values.get("cleanup.policy").value().contains("compact")) {
                problems.add(
                        "Topic " + resource.name() + " is not compacted; set its cleanup.policy to compact,delete");
            }
        });
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
