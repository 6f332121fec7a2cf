package dev.semantica.console.config;

import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.TopicRole;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where the cluster is and what its topics are called; the same for every command.
 *
 * @param bootstrapServers brokers, host:port separated by commas; null where none was set
 * @param names names of the topics
 * @param partitions partitions of topics that are created
 * @param replicationFactor replicas of topics that are created; -1: the broker's default
 * @param maxMessageBytes largest record of topics that are created
 * @param kafka configuration of all Kafka clients (keys {@code kafka.…}, prefix removed)
 * @param registry configuration of the serializers (keys {@code schema.registry.…})
 * @param claims what is put into stores, and taken out
 */
public record ConnectionConfig(
        String bootstrapServers,
        TopicNames names,
        int partitions,
        short replicationFactor,
        int maxMessageBytes,
        Map<String, String> kafka,
        Map<String, String> registry,
        ClaimCheckConfig claims) {

    /** Key of the brokers. */
    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    /** Key of the schema registry. */
    public static final String SCHEMA_REGISTRY_URL = "schema.registry.url";
    /** Prefix of keys that go to every Kafka client. */
    public static final String KAFKA_PREFIX = "kafka.";
    /** Prefix of keys that go to the serializers as they are. */
    public static final String REGISTRY_PREFIX = "schema.registry.";

    private static final String TOPIC_PREFIX = "topics.prefix";
    private static final String TOPIC_NAME_PREFIX = "topics.name.";
    private static final String PARTITIONS = "topics.partitions";
    private static final String REPLICATION_FACTOR = "topics.replication.factor";
    private static final String MAX_MESSAGE_BYTES = "topics.max.message.bytes";

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = define();

    /**
     * Copies the maps.
     *
     * @throws ConfigurationException if the registry's URL holds a user or a password, which would be shown
     */
    public ConnectionConfig {
        kafka = Map.copyOf(kafka);
        registry = Map.copyOf(registry);
        if (registry.getOrDefault(SCHEMA_REGISTRY_URL, "").matches(".*://[^/,]*@.*")) {
            throw new ConfigurationException(
                    "schema.registry.url holds a user or a password, which would end up in logs;"
                            + " set schema.registry.basic.auth.credentials.source=USER_INFO and"
                            + " schema.registry.basic.auth.user.info=USER:PASSWORD instead");
        }
    }

    /** Without the maps: they hold secrets. */
    @Override
    public String toString() {
        return "ConnectionConfig[" + bootstrapServers + "]";
    }

    /**
     * Reads the connection from settings.
     *
     * @throws ConfigurationException with every value that is out of range or not of its type
     */
    public static ConnectionConfig from(Settings settings) {
        Map<String, String> all = settings.select(CONFIG, List.of(KAFKA_PREFIX, REGISTRY_PREFIX));
        List<String> problems = new ArrayList<>();
        CONFIG.validate(all).forEach(value -> problems.addAll(value.errorMessages()));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        try {
            return from(all, ClaimCheckConfig.from(settings));
        } catch (ConfigException | IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private static ConnectionConfig from(Map<String, String> all, ClaimCheckConfig claims) {
        Map<String, Object> values = CONFIG.parse(all);
        Map<TopicRole, String> remapped = new EnumMap<>(TopicRole.class);
        for (TopicRole role : TopicRole.values()) {
            String name = (String) values.get(TOPIC_NAME_PREFIX + role.wireName());
            if (name != null) {
                remapped.put(role, name);
            }
        }
        return new ConnectionConfig(
                (String) values.get(BOOTSTRAP_SERVERS),
                new TopicNames((String) values.get(TOPIC_PREFIX), remapped),
                (Integer) values.get(PARTITIONS),
                (Short) values.get(REPLICATION_FACTOR),
                (Integer) values.get(MAX_MESSAGE_BYTES),
                withPrefix(all, KAFKA_PREFIX, KAFKA_PREFIX.length()),
                withPrefix(all, REGISTRY_PREFIX, 0),
                claims);
    }

    private static Map<String, String> withPrefix(Map<String, String> all, String prefix, int cut) {
        Map<String, String> found = new TreeMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(cut), value);
            }
        });
        return found;
    }

    private static ConfigDef define() {
        ConfigDef definition = new ConfigDef()
                .define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.HIGH,
                        "Brokers to connect to, host:port separated by commas. Without it, augment embeds a broker.")
                .define(
                        SCHEMA_REGISTRY_URL,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.HIGH,
                        "URL of the schema registry. Other keys that begin with schema.registry. go to the"
                                + " serializers as they are.")
                .define(
                        TOPIC_PREFIX,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "Put before the name of every topic that has no name of its own.")
                .define(
                        PARTITIONS,
                        ConfigDef.Type.INT,
                        6,
                        Range.between(1, 10_000),
                        Importance.MEDIUM,
                        "Partitions of the topics that 'topics create' makes.")
                .define(
                        REPLICATION_FACTOR,
                        ConfigDef.Type.SHORT,
                        (short) -1,
                        Importance.MEDIUM,
                        "Replicas of the topics that 'topics create' makes; -1 takes the broker's default.")
                .define(
                        MAX_MESSAGE_BYTES,
                        ConfigDef.Type.INT,
                        8 * 1024 * 1024,
                        Range.between(256 * 1024, 1 << 30),
                        Importance.MEDIUM,
                        "Largest record, in bytes, of the topics that 'topics create' makes, and of what the"
                                + " commands produce.");
        for (TopicRole role : TopicRole.values()) {
            definition.define(
                    TOPIC_NAME_PREFIX + role.wireName(),
                    ConfigDef.Type.STRING,
                    null,
                    Importance.LOW,
                    "Full name of the topic " + role.wireName() + "; null: prefix and this name.");
        }
        return definition;
    }
}
