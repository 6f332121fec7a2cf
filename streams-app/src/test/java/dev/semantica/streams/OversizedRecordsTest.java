package dev.semantica.streams;

import static dev.semantica.streams.TopologyFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.TopicRole;
import dev.semantica.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with Kafka's own limits, and records at and beyond what may be written. */
@Timeout(180)
class OversizedRecordsTest {

    private static final int LARGEST = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Topics topics =
            Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://" + UUID.randomUUID())));

    @Test
    void eachCostsItselfAndLargeImagesPass() throws Exception {
        try (EmbeddedBroker broker = broker()) {
            String servers = broker.bootstrapServers();
            try (StreamsApplication application = start(servers, Map.of())) {
                assertThat(application.awaitRunning(PATIENCE)).isTrue();
                String huge = "x".repeat(LARGEST - 1000);
                List<ImageEvent> bad = List.of(
                        event("bad", "scheduler")
                                .setOptions(SamplingOptions.newBuilder()
                                        .setScheduler(huge)
                                        .build())
                                .build(),
                        event("bad", "media type")
                                .setImage(new InlineImage(ByteBuffer.wrap(new byte[] {1}), huge))
                                .build(),
                        event("bad", "uri")
                                .setImage(new ImageReference("file:///" + huge, "a".repeat(64), null, null))
                                .build(),
                        event("bad", "compressed")
                                .setImage(new InlineImage(ByteBuffer.wrap(new byte[] {1}), huge.repeat(3)))
                                .build(),
                        event(huge.repeat(3), "dead letter").build());
                send(
                        servers,
                        topics.requestControls(),
                        "bad",
                        new RequestControl("bad", ControlAction.CANCEL, null, huge));
                for (ImageEvent event : bad) {
                    send(servers, topics.imageEvents(), "k", event);
                }
                // The batch of an image waits for longer than a commit, so that it comes into the changelog.
                send(
                        servers,
                        topics.imageEvents(),
                        "k",
                        event("large", "large").setImage(noise()).build());
                send(servers, topics.imageEvents(), "k", event("good", "good").build());

                assertThat(batched(servers, Set.of("large", "good"))).containsExactlyInAnyOrder("large", "good");
                assertThat(ends(servers, topics.variationFailures().name())).isEqualTo(4);
                assertThat(ends(servers, topics.names().of(TopicRole.DEAD_LETTERS)))
                        .isEqualTo(2);
                assertThat(application.failure()).isEmpty();
            }
            limit(servers, "semantica-streams-pending-images-changelog", 1_048_588);
            assertThatThrownBy(() -> start(servers, Map.of()).close())
                    .isInstanceOf(StreamsStartException.class)
                    .hasMessageContaining("semantica-streams-pending-images-changelog")
                    .hasMessageContaining("max.message.bytes=" + (LARGEST + 65536));
        }
    }

    /** Dead threads leave the group when their session is over, so that is short here. */
    @Test
    void whatKillsEveryThreadEndsTheApplicationAndIsNamed() throws Exception {
        try (EmbeddedBroker broker = broker()) {
            String servers = broker.bootstrapServers();
            Map<String, String> overrides = Map.of(
                    "topic.max.message.bytes", "1048588",
                    "consumer.session.timeout.ms", "1000",
                    "consumer.heartbeat.interval.ms", "300");
            try (StreamsApplication application = start(servers, overrides, 3)) {
                assertThat(application.awaitRunning(PATIENCE)).isTrue();
                send(servers, topics.imageEvents(), "k", event("good", "good").build());
                assertThat(batched(servers, Set.of("good"))).containsExactly("good");
                send(
                        servers,
                        topics.imageEvents(),
                        "k",
                        event("large", "large").setImage(noise()).build());

                application.awaitEnd();

                assertThat(application.failure()).get().satisfies(failure -> assertThat(failure)
                        .hasMessageContaining("died 4 times in a row")
                        .hasMessageContaining("pending-images-changelog"));
            }
        }
    }

    private static InlineImage noise() {
        byte[] noise = new byte[2_000_000];
        new SplittableRandom(7).nextBytes(noise);
        return new InlineImage(ByteBuffer.wrap(noise), null);
    }

    private EmbeddedBroker broker() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(
                directory.resolve("broker"),
                0,
                Map.of("message.max.bytes", "1048588", "group.min.session.timeout.ms", "500")));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            List<NewTopic> wanted = new ArrayList<>();
            for (TopicRole role : TopicRole.values()) {
                Map<String, String> configs = new HashMap<>(role.configs());
                int overhead = role == TopicRole.DEAD_LETTERS ? StreamsAppConfig.RECORD_OVERHEAD : 0;
                configs.put("max.message.bytes", Integer.toString(LARGEST + overhead));
                wanted.add(new NewTopic(topics.names().of(role), 1, (short) 1).configs(configs));
            }
            admin.createTopics(wanted).all().get();
            Set<String> names = wanted.stream().map(NewTopic::name).collect(Collectors.toSet());
            while (!admin.listTopics().names().get().containsAll(names)) {
                Thread.onSpinWait();
            }
        }
        return broker;
    }

    private StreamsApplication start(String servers, Map<String, String> overrides) throws StreamsStartException {
        return start(servers, overrides, 20);
    }

    private StreamsApplication start(String servers, Map<String, String> overrides, int mostReplacements)
            throws StreamsStartException {
        StreamsAppConfig config = StreamsAppConfig.from(Map.of(
                "state.dir", directory.resolve("state").toString(),
                "topics.max.message.bytes", Integer.toString(LARGEST),
                "batch.max.bytes", "3000000",
                "batch.linger.ms", "500",
                "commit.interval.ms", "50"));
        return StreamsApplication.start(
                topics, config, Map.of("bootstrap.servers", servers), overrides, mostReplacements);
    }

    private static void limit(String servers, String topic, int bytes) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** Sends a record compressed, which makes room for more than the topics allow in plain. */
    private static <V> void send(String servers, Topic<V> topic, String key, V value) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "compression.type",
                "gzip",
                "max.request.size",
                100 << 20,
                "buffer.memory",
                200L << 20);
        byte[] bytes = topic.valueSerde().serializer().serialize(topic.name(), value);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), bytes))
                    .get();
        }
    }

    /** Requests that batches came of; waits until all that are wanted did. */
    private Set<String> batched(String servers, Set<String> wanted) {
        Topic<SamplerBatch> topic = topics.samplerBatches();
        Set<String> seen = new HashSet<>();
        try (KafkaConsumer<String, byte[]> reader = reader(servers, topic.name())) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!seen.containsAll(wanted) && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    SamplerBatch batch = topic.valueSerde().deserializer().deserialize(topic.name(), record.value());
                    assertThat(batch.getImages())
                            .extracting(BatchImage::getImageId)
                            .isNotEmpty();
                    seen.add(batch.getRequestId());
                }
            }
        }
        return seen;
    }

    /** How many records that are committed a topic holds. */
    private static int ends(String servers, String topic) {
        int count = 0;
        try (KafkaConsumer<String, byte[]> reader = reader(servers, topic)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            long end = reader.endOffsets(List.of(partition)).get(partition);
            while (reader.position(partition) < end) {
                count += reader.poll(Duration.ofMillis(100)).count();
            }
        }
        return count;
    }

    private static KafkaConsumer<String, byte[]> reader(String servers, String topic) {
        KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        return reader;
    }
}
