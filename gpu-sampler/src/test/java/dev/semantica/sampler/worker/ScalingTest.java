package dev.semantica.sampler.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.onnx.PagesLab;
import dev.semantica.sampler.queue.BatchQueue;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import io.opentelemetry.api.trace.TracerProvider;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers whose device takes a fixed time for a tick: four do four times as much as one on a topic of two partitions, and
 * when three of them leave in the middle nothing is lost.
 */
class ScalingTest {

    private static final Duration BEAT = Duration.ofMillis(200);
    private static final int BEATS = 30;
    private static final int ROWS = 8;
    private static final int STEPS = 5;
    private static final int BATCHES = 120;

    @TempDir
    private Path directory;

    private final Topics topics =
            Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://scaling")));

    @Test
    @Timeout(120)
    void fourWorkersDoFourTimesAsMuchAsOneAndLeavingOnesLoseNothing() throws Exception {
        Bundle bundle = Bundle.read(PagesLab.DIRECTORY);
        List<MetronomeBundle> devices = new ArrayList<>();
        Deque<SamplerWorker> workers = new ArrayDeque<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory))) {
            prepare(broker.bootstrapServers());

            start(bundle, broker, devices, workers);
            long one = moved(devices);
            for (int i = 1; i < 4; i++) {
                start(bundle, broker, devices, workers);
            }
            List<Long> each = devices.stream().map(MetronomeBundle::moved).toList();
            long four = moved(devices);

            for (int i = 0; i < devices.size(); i++) {
                assertThat(devices.get(i).moved()).as("worker %d", i).isGreaterThan(each.get(i));
            }
            assertThat((double) four / one).as("%d rows against %d", four, one).isGreaterThanOrEqualTo(3.8);
            while (workers.size() > 1) {
                workers.removeLast().close();
            }
            devices.get(0).hurry();
            Set<String> made = readAll(broker.bootstrapServers());
            assertThat(made).hasSize(BATCHES * ROWS);
            assertThat(workers.getFirst().failure()).isNull();
        } finally {
            workers.forEach(SamplerWorker::close);
        }
    }

    /** Rows that all devices move in a window of so many beats. */
    private static long moved(List<MetronomeBundle> devices) {
        long before = devices.stream().mapToLong(MetronomeBundle::moved).sum();
        long end = System.nanoTime() + BEATS * BEAT.toNanos();
        await(() -> System.nanoTime() >= end);
        return devices.stream().mapToLong(MetronomeBundle::moved).sum() - before;
    }

    /** Starts a worker and waits until its device is busy. */
    private void start(
            Bundle bundle, EmbeddedBroker broker, List<MetronomeBundle> devices, Deque<SamplerWorker> workers)
            throws Exception {
        MetronomeBundle device = new MetronomeBundle(bundle, BEAT);
        WorkerConfig config = WorkerConfig.from(Map.of(
                "bundles",
                bundle.directory().toString(),
                "sampler.max.rows",
                Integer.toString(ROWS),
                "queue.max.in.flight",
                "3",
                // Those that leave give back what they have not finished.
                "drain.timeout.ms",
                "0"));
        Map<String, String> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        Deque<AutoCloseable> owned = new ArrayDeque<>();
        KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrapServers());
        owned.push(producer);
        BatchQueue queue =
                WorkerQueue.open(topics.samplerBatches().name(), config.queue(), client, (delivery, reason) -> {});
        owned.push(queue);
        RegistryWaits registry = new RegistryWaits();
        workers.addLast(new SamplerWorker(
                topics,
                config,
                Map.of(bundle.name(), List.of(device)),
                new SourceImages(List.of(), 1 << 20),
                queue,
                request -> false,
                new KafkaResults(topics, registry.results(), producer),
                registry,
                InstantSource.system(),
                WorkerListener.NONE,
                TracerProvider.noop().get("untraced"),
                owned));
        devices.add(device);
        await(() -> device.moved() >= 3 * ROWS);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private void prepare(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(
                            new NewTopic(topics.samplerBatches().name(), 2, (short) 1),
                            new NewTopic(topics.samplerResults().name(), 1, (short) 1)))
                    .all()
                    .get();
        }
        byte[] picture = PagesLab.exampleFile("house.png");
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
            for (int i = 0; i < BATCHES; i++) {
                String topic = topics.samplerBatches().name();
                byte[] value = topics.samplerBatches().valueSerde().serializer().serialize(topic, batch(i, picture));
                producer.send(new ProducerRecord<>(topic, i % 2, null, value)).get();
            }
        }
    }

    private static SamplerBatch batch(int number, byte[] picture) {
        return SamplerBatch.newBuilder()
                .setBatchId("batch" + number)
                .setRequestId("request")
                .setOriginPartition(0)
                .setPriority(Priority.BULK)
                .setCreatedAt(Instant.EPOCH)
                .setImages(List.of(BatchImage.newBuilder()
                        .setImageId("image" + number)
                        .setImage(new InlineImage(ByteBuffer.wrap(picture), null))
                        .setOptions(SamplingOptions.newBuilder()
                                .setSeed((long) number)
                                .setCount(ROWS)
                                .setSteps(STEPS)
                                .setGuidanceScale(1.0)
                                .build())
                        .build()))
                .build();
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Reads results until every variation is there; says which are. */
    private Set<String> readAll(String bootstrapServers) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        Set<String> made = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition(topics.samplerResults().name(), 0));
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            while (made.size() < BATCHES * ROWS) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    SamplerResult result = topics.samplerResults()
                            .valueSerde()
                            .deserializer()
                            .deserialize(record.topic(), record.value());
                    SampledVariation variation = (SampledVariation) result.getOutcome();
                    made.add(result.getImageId() + "#"
                            + variation.getProvenance().getIndex());
                }
            }
        }
        return made;
    }
}
