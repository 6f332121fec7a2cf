package dev.semantica.it;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.EmbeddedCluster;
import dev.semantica.console.config.Settings;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A whole cluster in this process, and the eyes of its users. */
final class Pipeline implements AutoCloseable {

    static final Path BUNDLE = Path.of(System.getProperty("semantica.root"), "models", "pages-lab");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<RequestState> ENDED =
            Set.of(RequestState.COMPLETED, RequestState.PARTIAL, RequestState.FAILED, RequestState.CANCELLED);

    private final EmbeddedCluster cluster;
    private final Connection connection;

    Pipeline(Path directory, Path allowedFolder) throws IOException {
        Map<String, String> flags = Map.of(
                "bundles", BUNDLE.toString(),
                "reference.allowed", allowedFolder.toUri().toString());
        cluster = EmbeddedCluster.start(Settings.load(null, Map.of(), flags), directory);
        connection = cluster.connection();
    }

    Topics topics() {
        return connection.topics();
    }

    /** Why the cluster will do nothing more; null while it works. */
    String trouble() {
        return cluster.trouble();
    }

    static byte[] picture() throws IOException {
        return Files.readAllBytes(BUNDLE.resolve("examples").resolve("house.png"));
    }

    /** One variation in two steps without guidance: what is cheapest. */
    static SamplingOptions.Builder options() {
        return SamplingOptions.newBuilder().setCount(1).setSeed(7L).setSteps(2).setGuidanceScale(1.0);
    }

    static ImageEvent.Builder event(String requestId, int requestImages, String imageId) throws IOException {
        return ImageEvent.newBuilder()
                .setRequestId(requestId)
                .setRequestImages(requestImages)
                .setImageId(imageId)
                .setImage(new InlineImage(ByteBuffer.wrap(picture()), null))
                .setOptions(options().build());
    }

    void send(List<ImageEvent> events) {
        Topic<ImageEvent> topic = topics().imageEvents();
        try (Producer<String, ImageEvent> producer = connection.producer(topic)) {
            for (ImageEvent event : events) {
                var unused = producer.send(new ProducerRecord<>(topic.name(), event.getImageId(), event));
            }
        }
    }

    void cancel(String requestId) {
        Topic<RequestControl> topic = topics().requestControls();
        try (Producer<String, RequestControl> producer = connection.producer(topic)) {
            var unused = producer.send(new ProducerRecord<>(
                    topic.name(), requestId, new RequestControl(requestId, ControlAction.CANCEL, null, "test")));
        }
    }

    /** Sends bytes as they are. */
    void sendRaw(String topic, int partition, byte[] key, byte[] value) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.copyOf(connection.clientSettings()), new ByteArraySerializer(), new ByteArraySerializer())) {
            var unused = producer.send(new ProducerRecord<>(topic, partition, key, value));
        }
    }

    RequestStatus awaitEnd(String requestId) {
        Topic<RequestStatus> topic = topics().requestStatus();
        return await(topic, status -> status.getRequestId().equals(requestId) && ENDED.contains(status.getState()));
    }

    void awaitVariations(String requestId, int count) {
        int[] seen = {0};
        await(topics().variations(), variation -> {
            seen[0] += variation.getRequestId().equals(requestId) ? 1 : 0;
            return seen[0] == count;
        });
    }

    List<Variation> variations(String requestId) {
        return all(topics().variations()).stream()
                .filter(variation -> variation.getRequestId().equals(requestId))
                .toList();
    }

    List<VariationFailure> failures(String requestId) {
        return all(topics().variationFailures()).stream()
                .filter(failure -> failure.getRequestId().equals(requestId))
                .toList();
    }

    /** Reads a topic from its beginning until a value is the one that is waited for. */
    <V> V await(Topic<V> topic, Predicate<V> wanted) {
        try (Consumer<String, byte[]> reader = fromBeginning(topic.name())) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    V value = topic.valueSerde().deserializer().deserialize(record.topic(), record.value());
                    if (wanted.test(value)) {
                        return value;
                    }
                }
            }
        }
        throw new AssertionError("Waited in vain on " + topic.name() + "; " + trouble());
    }

    /** Everything that is committed on a topic now. */
    List<ConsumerRecord<String, byte[]>> records(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (Consumer<String, byte[]> reader = fromBeginning(topic)) {
            reader.endOffsets(reader.assignment()).forEach((partition, end) -> {
                while (reader.position(partition) < end) {
                    reader.poll(Duration.ofMillis(100)).forEach(records::add);
                }
            });
        }
        return records;
    }

    private <V> List<V> all(Topic<V> topic) {
        return records(topic.name()).stream()
                .map(record -> topic.valueSerde().deserializer().deserialize(record.topic(), record.value()))
                .toList();
    }

    private Consumer<String, byte[]> fromBeginning(String topic) {
        Consumer<String, byte[]> reader = connection.reader();
        List<TopicPartition> partitions = reader.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        return reader;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
