package dev.semantica.sampler.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShareGroupBatchQueueTest extends BatchQueueContractTest {
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Override
    String createTopic(int partitions) throws Exception {
        return createTopic(broker.bootstrapServers(), "topic-", partitions);
    }

    static String createTopic(String bootstrapServers, String prefix, int partitions) throws Exception {
        var topic = prefix + TOPICS.incrementAndGet();
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
            // The controller has it; the broker may hear of it a little later.
            await(() -> isKnown(admin, topic));
        }
        return topic;
    }

    private static boolean isKnown(Admin admin, String topic) {
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    void produce(String topic, List<String> values) throws Exception {
        try (var producer = producer(broker.bootstrapServers(), Map.of())) {
            for (var value : values) {
                producer.send(record(topic, value)).get();
            }
        }
    }

    static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> more) {
        var properties = new HashMap<>(more);
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("linger.ms", 0);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static ProducerRecord<byte[], byte[]> record(String topic, String value) {
        var bytes = value.getBytes(UTF_8);
        var record = new ProducerRecord<>(topic, bytes, bytes);
        record.headers().add("value", bytes);
        return record;
    }

    @Override
    BatchQueue open(String topic, int maxInFlight, Duration lock, LostDeliveryListener losses) throws Exception {
        return ShareGroupBatchQueue.open(config(broker.bootstrapServers(), topic, maxInFlight, lock), losses);
    }

    @Override
    AutoCloseable takeInAnotherProcess(String topic, Duration lock) throws Exception {
        return new QueueProcess("share", broker.bootstrapServers(), topic, lock, DELIVERY_LIMIT);
    }

    @Override
    Duration lockOfTheKilled() {
        return LONG_LOCK;
    }

    private static ShareGroupConfig config(String bootstrapServers, String topic, int maxInFlight, Duration lock) {
        return new ShareGroupConfig(
                topic, topic, maxInFlight, lock, DELIVERY_LIMIT, Map.of("bootstrap.servers", bootstrapServers));
    }

    @Test
    void queuesShareOnePartition() throws Exception {
        produce(topic, numbers(0, 3));
        var held = new ArrayList<String>();
        for (var worker = 0; worker < 3; worker++) {
            held.add(text(takeOne(open(1, LONG_LOCK))));
        }
        assertThat(held).containsExactlyInAnyOrderElementsOf(numbers(0, 3));
    }

    @Test
    void whileOneQueueClosesAnotherTakesWhatIsLeft() throws Exception {
        produce(topic, numbers(0, 2));
        var queue = open(1, SHORT_LOCK);
        var delivery = takeOne(queue);
        var closing = CompletableFuture.runAsync(() -> queue.close(PATIENCE));
        assertThat(queue.poll(SHORT_LOCK.multipliedBy(2))).isEmpty();
        var other = open(1, SHORT_LOCK);
        assertThat(text(takeOne(other))).isEqualTo("1");
        assertThat(closing).isNotDone();

        delivery.complete();
        closing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(lost).isEmpty();
        other.close(Duration.ZERO);

        var again = takeOne(open(1, SHORT_LOCK));
        assertThat(text(again)).isEqualTo("1");
    }

    @Test
    void recordsOfAbortedTransactionsAreNotDeliveredAndMarkersHoldNothingUp() throws Exception {
        var topic = createTopic(1);
        try (var producer = producer(broker.bootstrapServers(), Map.of("transactional.id", topic))) {
            producer.initTransactions();
            for (var i = 0; i < 40; i++) {
                producer.beginTransaction();
                producer.send(record(topic, (i % 2 == 0 ? "committed-" : "aborted-") + i))
                        .get();
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
        try (var queue = open(topic, 1, LONG_LOCK, (delivery, reason) -> lost.add(delivery))) {
            for (var i = 0; i < 40; i += 2) {
                var delivery = takeOne(queue);
                assertThat(text(delivery)).isEqualTo("committed-" + i);
                delivery.complete();
            }
        }
    }

    @Test
    void aBrokerThatComesBackDeliversWhatItsEndTookAway(@TempDir Path own) throws Exception {
        var mortal = EmbeddedBroker.start(new EmbeddedBrokerConfig(own));
        try {
            var port = Integer.parseInt(mortal.bootstrapServers().replaceFirst(".*:", ""));
            var topic = createTopic(mortal.bootstrapServers(), "topic-", 1);
            try (var producer = producer(mortal.bootstrapServers(), Map.of())) {
                producer.send(record(topic, "a")).get();
            }
            var config = config(mortal.bootstrapServers(), topic, 1, SHORT_LOCK);
            try (var queue = ShareGroupBatchQueue.open(config, (delivery, reason) -> lost.add(delivery))) {
                var taken = takeOne(queue);
                mortal.close();
                mortal = EmbeddedBroker.start(new EmbeddedBrokerConfig(own, port, Map.of()));
                await(taken::lost);
                assertThat(lost).containsExactly(taken);
                assertThat(queue.poll(SHORT_LOCK)).isEmpty();
                taken.complete();

                var again = takeOne(queue);
                assertThat(text(again)).isEqualTo("a");
                again.complete();
            }
        } finally {
            mortal.close();
        }
    }

    @Test
    void whereNoBrokerIsLeftNoConsumerWaitsForIt(@TempDir Path own) throws Exception {
        var mortal = EmbeddedBroker.start(new EmbeddedBrokerConfig(own));
        try {
            var port = Integer.parseInt(mortal.bootstrapServers().replaceFirst(".*:", ""));
            var topic = createTopic(mortal.bootstrapServers(), "topic-", 1);
            var config = config(mortal.bootstrapServers(), topic, 2, SHORT_LOCK);
            var nanoTime = new AtomicLong();
            var coordinator = new Coordinator(config, nanoTime::get);
            try (var queue = ShareGroupBatchQueue.open(config, (delivery, reason) -> lost.add(delivery))) {
                assertThat(coordinator.answers()).isTrue();
                assertThat(networkThreads()).isEqualTo(2);

                mortal.close();
                assertThat(coordinator.answers()).as("asked a moment ago").isTrue();
                nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
                assertThat(coordinator.answers()).isFalse();
                await(() -> networkThreads() == 0);

                mortal = EmbeddedBroker.start(new EmbeddedBrokerConfig(own, port, Map.of()));
                try (var producer = producer(mortal.bootstrapServers(), Map.of())) {
                    producer.send(record(topic, "a")).get();
                }
                var delivery = takeOne(queue);
                assertThat(text(delivery)).isEqualTo("a");
                delivery.complete();
                await(() -> networkThreads() == 2);
                mortal.close();
                await(() -> networkThreads() == 0);
            }
            assertThat(lost).isEmpty();
        } finally {
            mortal.close();
        }
    }

    /** Of share consumers: they turn over without a pause while their coordinator is away. */
    private static long networkThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("consumer_background_thread"))
                .count();
    }

    @Test
    void aMissingTopicIsNamed() {
        assertThatThrownBy(() -> open("no-such-topic", 1, LONG_LOCK, (delivery, reason) -> {}))
                .isInstanceOf(BatchQueueException.class)
                .hasMessageContaining("no-such-topic does not exist")
                .hasMessageContaining("semantica topics create");
    }

    @Test
    void aLockBeyondTheBrokersLimitIsRefusedWithTheCure() throws Exception {
        var topic = createTopic(1);
        assertThatThrownBy(() -> open(topic, 1, Duration.ofHours(2), (delivery, reason) -> {}))
                .isInstanceOf(BatchQueueException.class)
                .hasMessageContaining("share.record.lock.duration.ms")
                .hasMessageContaining("raise");
    }

    @Test
    void aSilentAddressIsNamed() {
        var config = new ShareGroupConfig(
                "t",
                "g",
                1,
                LONG_LOCK,
                DELIVERY_LIMIT,
                Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:1",
                        "request.timeout.ms",
                        "300",
                        "default.api.timeout.ms",
                        "600"));
        assertThatThrownBy(() -> ShareGroupBatchQueue.open(config, (delivery, reason) -> {}))
                .isInstanceOf(BatchQueueException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("Check that a broker runs there");
    }

    @Test
    void aClusterWithoutShareGroupsIsToldApart(@TempDir Path own) throws Exception {
        try (var plain = EmbeddedBroker.start(new EmbeddedBrokerConfig(own));
                var admin = Admin.create(Map.of("bootstrap.servers", plain.bootstrapServers()))) {
            admin.updateFeatures(
                            Map.of(
                                    "share.version",
                                    new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                            new UpdateFeaturesOptions())
                    .all()
                    .get();
            // The broker learns of it a moment after the controller.
            while (admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .containsKey("share.version")) {
                Thread.onSpinWait();
            }
            var config = config(plain.bootstrapServers(), "t", 1, LONG_LOCK);
            assertThatThrownBy(() -> ShareGroupBatchQueue.open(config, (delivery, reason) -> {}))
                    .isInstanceOf(BatchQueueException.class)
                    .hasMessageContaining("has no share groups")
                    .hasMessageContaining("share.version")
                    .hasMessageContaining("Upgrade")
                    .hasMessageContaining("queue.type=consumer");
        }
    }
}
