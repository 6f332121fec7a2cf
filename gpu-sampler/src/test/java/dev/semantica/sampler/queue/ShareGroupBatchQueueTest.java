package dev.semantica.sampler.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class ShareGroupBatchQueueTest extends BatchQueueContractTest {

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private String topic;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(
                new EmbeddedBrokerConfig(directory, 0, Map.of("group.share.min.record.lock.duration.ms", "1000")));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void createTopic(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        try (Admin admin = Admin.create(client())) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysWhenTheTopicDoesNotExist() {
        topic = "no-such-topic";

        assertThatThrownBy(() -> open(1))
                .isInstanceOf(QueueException.class)
                .hasMessageContaining("no-such-topic")
                .hasMessageContaining("semantica topics create");
    }

    @Override
    BatchQueue open(int maxInFlight) {
        return new ShareGroupBatchQueue(
                new ShareGroupConfig(topic, topic + "-group", maxInFlight, Duration.ofSeconds(2), 3, client()));
    }

    @Override
    void produce(String... values) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(client(), new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                var unused = producer.send(new ProducerRecord<>(topic, value));
            }
        }
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
