package dev.semantica.benchmarks;

import dev.semantica.console.cluster.Connection;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The topology alone, on one stream thread with exactly_once_v2: an echo answers every batch with the images that it
 * holds. All events lie in the topic before the topology starts; the first tenth is not counted.
 */
final class TopologyBenchmark {

    private final int events;
    private final int bytes;

    TopologyBenchmark(int events, int bytes) {
        this.events = events;
        this.bytes = bytes;
    }

    void run(Path directory, Report report) throws Exception {
        try (Cluster cluster = new Cluster(directory, Map.of("num.stream.threads", "1"))) {
            produce(cluster.connection());
            try (VariationCounter counter = new VariationCounter(cluster.connection());
                    Echo echo = new Echo(cluster.connection())) {
                cluster.startStreams();
                long from = counter.await(events / 10);
                long cpuFrom = streamThreadCpu();
                long until = counter.await(events);
                double seconds = (until - from) / 1e9;
                int counted = events - events / 10;
                report.line("events", events + " of " + bytes + " bytes, one variation each");
                report.line("events through the topology", counted / seconds, "events/s");
                double busy = (streamThreadCpu() - cpuFrom) / 1e9;
                report.line("stream thread on a core", 100 * busy / seconds, "% of the time");
                report.line("events a second of its CPU time", counted / busy, "events/s");
                echo.check();
            }
        }
    }

    private void produce(Connection connection) {
        Random random = new Random(1);
        Topic<ImageEvent> topic = connection.topics().imageEvents();
        SamplingOptions options =
                SamplingOptions.newBuilder().setCount(1).setSeed(1L).build();
        try (Producer<String, ImageEvent> producer = connection.producer(topic)) {
            for (int i = 0; i < events; i++) {
                byte[] image = new byte[bytes];
                random.nextBytes(image);
                ImageEvent event = Events.of("topology", events, i, image, options);
                var unused = producer.send(new ProducerRecord<>(topic.name(), event.getImageId(), event));
            }
        }
    }

    private static long streamThreadCpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().endsWith("StreamThread-1")) {
                nanos += threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        return nanos;
    }

    /** Stands in for the samplers. */
    private static final class Echo implements AutoCloseable {
        private final Connection connection;
        private final Consumer<String, byte[]> batches;
        private final Producer<String, SamplerResult> results;
        private final Thread thread = new Thread(this::run, "echo");
        private volatile RuntimeException failure;

        Echo(Connection connection) {
            this.connection = connection;
            this.batches = connection.reader();
            this.results = connection.producer(connection.topics().samplerResults());
            List<TopicPartition> partitions = List.of(
                    new TopicPartition(connection.topics().samplerBatches().name(), 0));
            batches.assign(partitions);
            batches.seekToBeginning(partitions);
            thread.start();
        }

        void check() {
            if (failure != null) {
                throw failure;
            }
        }

        private void run() {
            Topic<SamplerBatch> in = connection.topics().samplerBatches();
            try {
                while (true) {
                    for (ConsumerRecord<String, byte[]> record : batches.poll(Duration.ofSeconds(1))) {
                        answer(in.valueSerde().deserializer().deserialize(in.name(), record.value()));
                    }
                }
            } catch (WakeupException e) {
                batches.close();
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        private void answer(SamplerBatch batch) {
            String topic = connection.topics().samplerResults().name();
            batch.getImages().forEach(image -> {
                ByteBuffer data = ((InlineImage) image.getImage()).getData();
                Provenance provenance = Provenance.newBuilder()
                        .setSeed(image.getOptions().getSeed())
                        .setIndex(0)
                        .setBundle("echo")
                        .setBundleDigest("")
                        .setScheduler("ddim")
                        .setSteps(1)
                        .setGuidanceScale(1)
                        .setSourceDigest("")
                        .setEngine("echo")
                        .build();
                SampledVariation echoed =
                        new SampledVariation(0, new InlineImage(data, "image/png"), 1, 1, null, provenance, null);
                var unused = results.send(new ProducerRecord<>(
                        topic,
                        batch.getOriginPartition(),
                        image.getImageId(),
                        new SamplerResult(batch.getRequestId(), image.getImageId(), batch.getBatchId(), echoed)));
            });
        }

        @Override
        public void close() {
            batches.wakeup();
            results.close();
        }
    }
}
