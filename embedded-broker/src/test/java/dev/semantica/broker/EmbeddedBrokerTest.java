package dev.semantica.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    @TempDir
    Path directory;

    @Test
    void transactionsAreReadAndDataSurvivesARestart() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(0))) {
            createTopic(broker.bootstrapServers());
            produce(broker.bootstrapServers(), 0, 10, true);
            produce(broker.bootstrapServers(), 10, 15, false);
            assertThat(read(broker.bootstrapServers(), 10)).hasSize(10);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(0))) {
            assertThat(read(broker.bootstrapServers(), 10)).hasSize(10);
            assertThat(broker.fault()).isEmpty();
        }
    }

    @Test
    void aKilledBrokerComesBackOnItsPortWithItsData() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Standalone.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int port;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            port = Integer.parseInt(out.readLine());
            createTopic("127.0.0.1:" + port);
            produce("127.0.0.1:" + port, 0, 10, true);
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(port))) {
            assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
            assertThat(read(broker.bootstrapServers(), 10)).hasSize(10);
        }
    }

    @Test
    void saysWhenAPortIsTaken(@TempDir Path other) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(0))) {
            int port = Integer.parseInt(broker.bootstrapServers().substring("127.0.0.1:".length()));
            assertThatThrownBy(() -> EmbeddedBroker.start(new EmbeddedBrokerConfig(other, port, Map.of())))
                    .isInstanceOf(EmbeddedBrokerException.class)
                    .hasMessageContaining("Port " + port)
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void saysWhenADirectoryIsInUse() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(0))) {
            assertThat(broker.bootstrapServers()).isNotEmpty();
            assertThatThrownBy(() -> EmbeddedBroker.start(config(0)))
                    .isInstanceOf(EmbeddedBrokerException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("another broker");
        }
    }

    private EmbeddedBrokerConfig config(int port) {
        return new EmbeddedBrokerConfig(directory, port, Map.of());
    }

    private static void createTopic(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic("numbers", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void produce(String bootstrapServers, int from, int to, boolean commit) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "test"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = from; i < to; i++) {
                var unused = producer.send(new ProducerRecord<>("numbers", Integer.toString(i)));
            }
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static List<String> read(String bootstrapServers, int count) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("numbers", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while ((values.size() < count || consumer.position(partition) < end) && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    /** A broker in a process of its own, to be killed. */
    static final class Standalone {
        private Standalone() {}

        @SuppressWarnings("SystemOut") // The port is this process's only output.
        public static void main(String[] arguments) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(Path.of(arguments[0]), 0, Map.of()));
            System.out.println(broker.bootstrapServers().substring("127.0.0.1:".length()));
            Thread.currentThread().join();
        }
    }
}
