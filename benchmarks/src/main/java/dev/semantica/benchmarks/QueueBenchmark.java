package dev.semantica.benchmarks;

import dev.semantica.console.cluster.Connection;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Heap in use, after a full collection, of broker, topology and worker in one process, while more and more events of about
 * 10 KB wait for a sampler.
 */
final class QueueBenchmark {

    private static final int BYTES = 10_000;
    private static final int SAMPLED = 300;

    private final int events;

    QueueBenchmark(int events) {
        this.events = events;
    }

    void run(Path directory, Report report) throws Exception {
        try (Cluster cluster = new Cluster(directory, Map.of("intra.op.threads", "1"))) {
            cluster.startStreams();
            Connection connection = cluster.connection();
            report.line("heap, nothing queued", heap(), "MiB");
            int sent = 0;
            for (int part = 1; part <= 4; part++) {
                produce(connection, sent, events * part / 4);
                sent = events * part / 4;
                awaitBatches(connection, sent);
                report.line("heap, " + sent + " events queued", heap(), "MiB");
            }
            try (VariationCounter counter = new VariationCounter(connection)) {
                cluster.startWorker();
                counter.await(SAMPLED);
                report.line("heap, worker " + SAMPLED + " variations on", heap(), "MiB");
            }
        }
    }

    private void produce(Connection connection, int from, int to) throws Exception {
        // A PNG reader ends at the end of the picture: what follows makes the event as large as wanted.
        byte[] picture = Arrays.copyOf(MeasuredBundle.picture(), BYTES);
        Topic<ImageEvent> topic = connection.topics().imageEvents();
        SamplingOptions options = SamplingOptions.newBuilder()
                .setCount(1)
                .setSeed(1L)
                .setSteps(1)
                .setGuidanceScale(1.0)
                .build();
        try (Producer<String, ImageEvent> producer = connection.producer(topic)) {
            for (int i = from; i < to; i++) {
                ImageEvent event = Events.of("queue", events, i, picture, options);
                var unused = producer.send(new ProducerRecord<>(topic.name(), event.getImageId(), event));
            }
        }
    }

    /** Waits until the batches hold so many images. */
    private void awaitBatches(Connection connection, int images) {
        TopicPartition batches =
                new TopicPartition(connection.topics().samplerBatches().name(), 0);
        var deserializer = connection.topics().samplerBatches().valueSerde().deserializer();
        try (Consumer<String, byte[]> reader = connection.reader()) {
            reader.assign(List.of(batches));
            reader.seekToBeginning(List.of(batches));
            int seen = 0;
            while (seen < images) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    seen += deserializer
                            .deserialize(record.topic(), record.value())
                            .getImages()
                            .size();
                }
            }
        }
    }

    private static double heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / (double) (1 << 20);
    }
}
