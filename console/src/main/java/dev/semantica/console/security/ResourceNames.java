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
 * @param connector name of the connector, for those of connectors
 * @param badRecords topic that the connector reports bad records to; null: none
 */
public record ResourceNames(
        TopicNames topics,
        String applicationId,
        String queueGroup,
        boolean shareGroup,
        String connector,
        String badRecords) {

    /** Names from settings, for the applications that are no connectors. */
    public static ResourceNames from(Settings settings) {
        return from(settings, "", null);
    }

    /** Names from settings, for a connector too. */
    public static ResourceNames from(Settings settings, String connector, String badRecords) {
        return new ResourceNames(
                ConnectionConfig.from(settings).names(),
                value(settings, StreamsAppConfig.CONFIG, "application.id"),
                value(settings, WorkerConfig.CONFIG, "queue.group.id"),
                value(settings, WorkerConfig.CONFIG, "queue.type").equals("share"),
                connector,
                badRecords);
    }

    private static String value(Settings settings, ConfigDef definition, String key) {
        Map<String, String> set = settings.select(definition, List.of());
        return set.getOrDefault(key, String.valueOf(definition.configKeys().get(key).defaultValue));
    }
}
