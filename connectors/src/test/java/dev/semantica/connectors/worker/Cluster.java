package dev.semantica.connectors.worker;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.connectors.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker and what its users do. */
final class Cluster implements AutoCloseable {

    private final EmbeddedBroker broker;
    private final Admin admin;

    Cluster(Path directory) {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    void createTopic(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    /** Sends values in turn to the partitions of a topic. */
    void send(String topic, int partitions, List<byte[]> values) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < values.size(); i++) {
                var unused = producer.send(new ProducerRecord<>(topic, i % partitions, "k" + i, values.get(i)));
            }
        }
    }

    /** Everything on a topic now. */
    List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = reader.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            reader.endOffsets(partitions).forEach((partition, end) -> {
                while (reader.position(partition) < end) {
                    reader.poll(Duration.ofMillis(100)).forEach(records::add);
                }
            });
            return records;
        }
    }

    <V> List<V> values(String topic, Deserializer<V> deserializer) {
        return records(topic).stream()
                .map(record -> deserializer.deserialize(topic, record.value()))
                .toList();
    }

    void awaitRecords(String topic, int count) {
        Await.until(topic + " holds " + count, () -> records(topic).size() >= count);
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
