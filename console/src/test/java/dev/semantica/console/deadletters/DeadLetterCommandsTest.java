package dev.semantica.console.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.TopicAdmin;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.terminal.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on a real broker; the tests follow one life of the topic. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeadLetterCommandsTest {

    private static final byte[] JUNK = {0, 0, 0, 0, 1, 'x', -1};
    private static final byte[] KEY = {-1, 1};
    /** Bytes that a producer reckons for a record without key and headers: batch, record, and three lengths. */
    private static final int BESIDE_THE_VALUE = 61 + 21 + 1 + 4 + 1;

    private EmbeddedBroker broker;
    private Connection connection;
    private int exit;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0, Map.of()), fault -> {});
        connection = Connection.of(ConnectionConfig.from(Settings.load(
                null,
                Map.of(),
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "schema.registry.url", "mock://dead-letters",
                        "topics.partitions", "2",
                        "topics.replication.factor", "1"))));
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @Test
    @Order(1)
    void saysThatTheTopicIsMissing() {
        assertThat(run("list")).contains("There is no topic 'dead-letters'", "semantica topics create");
        assertThat(exit).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    @Order(2)
    void anEmptyTopicHasNothingToShow() {
        try (Admin admin = connection.admin()) {
            new TopicAdmin(admin, connection.config(), Duration.ofSeconds(30)).create();
        }
        assertThat(run("list")).contains("no dead letters");
        assertThat(run("replay")).contains("0 sent again");
        assertThat(run("show", "0:0")).contains("There is no dead letter 0:0");
        assertThat(run("show", "7:0")).contains("There is no dead letter 7:0");
        assertThat(run("show", "nonsense")).contains("Expected PARTITION:OFFSET");
        assertThat(exit).isEqualTo(ExitCode.USAGE);
    }

    @Test
    @Order(3)
    void listsAndShowsWhatWentWrong(@TempDir Path folder) throws Exception {
        put("image-events", 1, "Unknown magic\n byte!");
        put("request-controls", 0, "No such type");
        assertThat(run("list"))
                .contains("image-events 1:5", "Unknown magic byte!", "{image-events=1, request-controls=1}");
        assertThat(run("list", "--topic", "image-events"))
                .contains("{image-events=1}")
                .doesNotContain("No such type");
        assertThat(run("list", "--limit", "1")).contains("… 1 more");

        Path value = folder.resolve("value");
        assertThat(run("show", "0:0", "--value", value.toString()))
                .contains("key      0xff01", "header   traceparent: 00-abc", "7 bytes", "00 00 00 00 01 78 ff");
        assertThat(Files.readAllBytes(value)).isEqualTo(JUNK);
    }

    @Test
    @Order(4)
    void sendsAgainWhatWasNotSentYet() {
        assertThat(run("replay", "--dry-run")).contains("2 would be sent");
        assertThat(records("image-events")).isEmpty();

        assertThat(run("replay")).contains("2 sent again");
        assertThat(exit).isEqualTo(ExitCode.OK);
        ConsumerRecord<byte[], byte[]> again = records("image-events").get(0);
        assertThat(again.partition()).isEqualTo(1);
        assertThat(again.key()).isEqualTo(KEY);
        assertThat(again.value()).isEqualTo(JUNK);
        assertThat(again.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .containsExactly("traceparent=00-abc", "semantica.replayed.from=0:0");

        assertThat(run("replay")).contains("0 sent again");
        put("image-events", 1, "Another");
        assertThat(run("replay")).contains("1 sent again");
        assertThat(records("image-events")).hasSize(2);
    }

    @Test
    @Order(5)
    void sendsANamedLetterWhetherItWasSentOrNot() {
        // 0:1 is the end of a transaction.
        assertThat(run("replay", "0:1")).contains("There is no dead letter 0:1");
        assertThat(run("replay", "0:2", "--dry-run")).contains("1 would be sent");
        assertThat(records("request-controls")).hasSize(1);
        assertThat(run("replay", "0:2")).contains("1 sent again");
        assertThat(records("request-controls")).hasSize(2);
    }

    @Test
    @Order(6)
    void passesOverWhatHasNoSource() {
        send(new ProducerRecord<>("dead-letters", 0, KEY, JUNK));
        assertThat(run("replay")).contains("has no headers that say where it was", "0 sent again");
        assertThat(exit).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(run("replay")).contains("0 sent again").doesNotContain("passed over");
    }

    @Test
    @Order(7)
    void headersThatTheRecordCameWithDecideNothing() {
        int before = records("image-events").size();
        ProducerRecord<byte[], byte[]> forged = new ProducerRecord<>("dead-letters", 0, KEY, JUNK);
        forged.headers().add("__streams.errors.topic", "variations".getBytes(UTF_8));
        forged.headers().add("__streams.errors.partition", "0".getBytes(UTF_8));
        put(forged, "image-events", 1, "Forged");

        assertThat(run("replay")).contains("image-events 1:5", "1 sent again");
        assertThat(run("replay")).contains("0 sent again");
        assertThat(records("image-events")).hasSize(before + 1);
        assertThat(records("variations")).isEmpty();
    }

    @Test
    @Order(8)
    void whatCannotBeSentIsPassedOverAndHoldsNothingBack() {
        int before = records("image-events").size();
        byte[] full = new byte[connection.config().maxMessageBytes() - BESIDE_THE_VALUE];
        // It fits as it came, to the byte; sent again it has one header more.
        try (Producer<byte[], byte[]> producer = connection.transactionalProducer("test")) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(new ProducerRecord<>("image-events", 0, null, full));
            producer.commitTransaction();
        }
        put("elsewhere", 0, "No topic of ours");
        put("variations", 0, "Nothing is put aside from here");
        put("image-events", 999, "No such partition");
        put("image-events", 0, "Before");
        put(new ProducerRecord<>("dead-letters", 0, null, full), "image-events", 0, "Full to the brim");
        put("image-events", 0, "Behind");

        assertThat(run("replay"))
                .contains("'elsewhere', which is none of", "'variations', which is none of")
                .contains("partition 999 of image-events, which has 2", "is refused: ", "2 sent again");
        assertThat(exit).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(run("replay")).contains("0 sent again").doesNotContain("passed over");
        assertThat(exit).isEqualTo(ExitCode.OK);
        assertThat(records("image-events")).hasSize(before + 1 + 2);
    }

    private void put(String topic, int partition, String message) {
        put(new ProducerRecord<>("dead-letters", 0, KEY, JUNK), topic, partition, message);
    }

    private void put(ProducerRecord<byte[], byte[]> letter, String topic, int partition, String message) {
        letter.headers().add("traceparent", "00-abc".getBytes(UTF_8));
        Map.of(
                        "topic",
                        topic,
                        "partition",
                        Integer.toString(partition),
                        "offset",
                        "5",
                        "exception",
                        "org.example.Broken",
                        "message",
                        message)
                .forEach((name, value) -> letter.headers().add("__streams.errors." + name, value.getBytes(UTF_8)));
        send(letter);
    }

    private void send(ProducerRecord<byte[], byte[]> letter) {
        // As whoever puts records aside does, with room for the reason.
        Map<String, Object> settings = new HashMap<>(connection.clientSettings());
        settings.put("transactional.id", "test");
        settings.put("max.request.size", connection.config().maxMessageBytes() + 64 * 1024);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(letter);
            producer.commitTransaction();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (Consumer<byte[], byte[]> reader = connection.rawReader(Map.of())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            reader.endOffsets(partitions).forEach((partition, end) -> {
                while (reader.position(partition) < end) {
                    reader.poll(Duration.ofMillis(100)).forEach(found::add);
                }
            });
        }
        return found;
    }

    private String run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--bootstrap-servers=" + broker.bootstrapServers());
        all.add("--schema-registry=mock://dead-letters");
        StringWriter output = new StringWriter();
        CommandLine commands = new CommandLine(new DeadLetterCommands())
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    command.getErr().println(thrown.getMessage());
                    return thrown instanceof ConfigurationException ? ExitCode.CONFIGURATION : ExitCode.FAILURE;
                });
        exit = commands.execute(all.toArray(String[]::new));
        return output.toString();
    }
}
