package dev.semantica.sampler.worker;

import dev.semantica.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the configured size of records against what the topics take, before a record is refused. */
final class RecordLimits {

    private static final Logger LOG = LoggerFactory.getLogger(RecordLimits.class);
    private static final String MAX_MESSAGE_BYTES = "max.message.bytes";

    private RecordLimits() {}

    /**
     * Asks the brokers. Where the topics' settings may not be read, nothing is checked.
     *
     * @throws IllegalArgumentException if a topic on a variation's way takes only smaller records
     */
    static void check(Topics topics, int maxMessageBytes, Map<String, String> client) throws InterruptedException {
        List<ConfigResource> resources = new ArrayList<>();
        for (String topic :
                List.of(topics.samplerResults().name(), topics.variations().name())) {
            resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic));
        }
        List<String> problems = new ArrayList<>();
        try (Admin admin = Admin.create(new HashMap<>(client))) {
            admin.describeConfigs(resources).all().get().forEach((topic, settings) -> {
                int limit = Integer.parseInt(settings.get(MAX_MESSAGE_BYTES).value());
                if (limit < maxMessageBytes) {
                    problems.add("Topic " + topic.name() + " takes records of " + limit
                            + " bytes, topics.max.message.bytes is " + maxMessageBytes
                            + "; set topics.max.message.bytes to " + limit + ", or raise the topic's "
                            + MAX_MESSAGE_BYTES);
                }
            });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw new IllegalArgumentException(
                        "The settings of " + resources + " cannot be read: "
                                + e.getCause().getMessage(),
                        e.getCause());
            }
            LOG.warn(
                    "DESCRIBE_CONFIGS on {} is not allowed, so whether they take records of {} bytes is not checked",
                    resources,
                    maxMessageBytes);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
