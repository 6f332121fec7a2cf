package dev.semantica.console.security;

import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.sampler.worker.WorkerConfig;
import dev.semantica.schemas.TopicNames;
import dev.semantica.streams.StreamsAppConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What an installation's resources are called.
 *
 * @param topics its topics
 * @param applicationId of the topology: its consumer group, and what its internal topics and transactions begin with
 * @param queueGroup group of the workers
 * @param shareGroup whether that is a share group
 * @param connectGroup group of the Kafka Connect workers, with which their topics begin
 * @param sink name of the dataset sink connector
 * @param badRecords topic that the connector reports bad records to; null: none
 */
public record ResourceNames(
        TopicNames topics,
        String applicationId,
        String queueGroup,
        boolean shareGroup,
        String connectGroup,
        String sink,
        String badRecords) {

    /** What {@code connect-worker} calls its group unless it is told otherwise. */
    public static final String DEFAULT_CONNECT_GROUP = "semantica-connect";

    /** What the documentation calls the dataset sink. */
    public static final String DEFAULT_SINK = "variations";

    /** Names from settings, with the usual names in Kafka Connect and no topic for bad records. */
    public static ResourceNames from(Settings settings) {
        return from(settings, DEFAULT_CONNECT_GROUP, DEFAULT_SINK, null);
    }

    /** Names from settings, for Kafka Connect too. */
    public static ResourceNames from(Settings settings, String connectGroup, String sink, String badRecords) {
        return new ResourceNames(
                ConnectionConfig.from(settings).names(),
                value(settings, StreamsAppConfig.CONFIG, "application.id"),
                value(settings, WorkerConfig.CONFIG, "queue.group.id"),
                value(settings, WorkerConfig.CONFIG, "queue.type").equals("share"),
                connectGroup,
                sink,
                badRecords);
    }

    private static String value(Settings settings, ConfigDef definition, String key) {
        Map<String, String> set = settings.select(definition, List.of());
        return set.getOrDefault(key, String.valueOf(definition.configKeys().get(key).defaultValue));
    }
}
