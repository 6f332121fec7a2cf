package dev.semantica.console.cluster;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes clients for one cluster.
 *
 * @param config where it is
 * @param topics its topics
 */
public record Connection(ConnectionConfig config, Topics topics) {

    /**
     * Connects nothing yet; checks that brokers and registry are named.
     *
     * @throws ConfigurationException if one is not
     */
    public static Connection of(ConnectionConfig config) {
        List<String> problems = new ArrayList<>();
        if (config.bootstrapServers() == null) {
            problems.add("bootstrap.servers is not set: name the brokers with --bootstrap-servers HOST:PORT");
        }
        if (!config.registry().containsKey(ConnectionConfig.SCHEMA_REGISTRY_URL)) {
            problems.add("schema.registry.url is not set: name the registry with --schema-registry URL");
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Connection(config, Topics.of(config.names(), new AvroSerdes(config.registry())));
    }

    /** An administration client. */
    public Admin admin() {
        return Admin.create(client());
    }

    /** An idempotent producer for one topic. */
    public <V> Producer<String, V> producer(Topic<V> topic) {
        Map<String, Object> properties = client();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.maxMessageBytes());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        return new KafkaProducer<>(
                properties, new StringSerializer(), topic.valueSerde().serializer());
    }

    /** A consumer without a group that sees committed records only, as bytes; the caller assigns and decodes. */
    public Consumer<String, byte[]> reader() {
        return new KafkaConsumer<>(readCommitted(), new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A consumer of bytes as they are, keys too, that sees committed records only; the caller assigns.
     *
     * @param settings beside the connection's
     */
    public Consumer<byte[], byte[]> rawReader(Map<String, ?> settings) {
        Map<String, Object> properties = readCommitted();
        properties.putAll(settings);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A producer of bytes as they are, in transactions of the given name. */
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        Map<String, Object> properties = client();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.maxMessageBytes());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Configuration that every Kafka client of the applications needs. */
    public Map<String, String> clientSettings() {
        Map<String, String> settings = new HashMap<>(config.kafka());
        settings.put("bootstrap.servers", config.bootstrapServers());
        return settings;
    }

    private Map<String, Object> readCommitted() {
        Map<String, Object> properties = client();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    private Map<String, Object> client() {
        return new HashMap<>(clientSettings());
    }
}
