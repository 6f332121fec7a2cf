package dev.semantica.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the tests do to a broker from outside. */
final class Clients {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String bootstrapServers;

    Clients(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    private Map<String, Object> config(Map<String, Object> more) {
        var config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrapServers);
        return config;
    }

    void createTopic(String topic) throws Exception {
        try (var admin = Admin.create(config(Map.of()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    KafkaProducer<String, String> producer(Map<String, Object> more) {
        return new KafkaProducer<>(config(more), new StringSerializer(), new StringSerializer());
    }

    void produce(String topic, int from, int to) throws Exception {
        try (var producer = producer(Map.of("acks", "all", "linger.ms", 0))) {
            var sent = IntStream.range(from, to)
                    .mapToObj(i -> producer.send(new ProducerRecord<>(topic, "k" + i, "v" + i)))
                    .toList();
            for (var future : sent) {
                future.get();
            }
        }
    }

    /** The values up to the topic's end as a read_committed reader sees them. */
    List<String> readAll(String topic) {
        try (var consumer = new KafkaConsumer<>(
                config(Map.of("isolation.level", "read_committed")),
                new StringDeserializer(),
                new StringDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            var values = new ArrayList<String>();
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition) < end && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }

    /** Joins a new share group from the topic's start and takes this many records. */
    List<String> readShared(String topic, String group, int count) throws Exception {
        try (var admin = Admin.create(config(Map.of()))) {
            var earliest =
                    new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), List.of(earliest)))
                    .all()
                    .get();
        }
        try (var consumer = new KafkaShareConsumer<>(
                config(Map.of("group.id", group)), new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var values = new ArrayList<String>();
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            consumer.commitSync();
            return values;
        }
    }
}
