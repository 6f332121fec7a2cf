package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.semantica.schemas.ImageEvent;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One trace from an image event through topology and worker, each a process, to its variations. */
class TracesIT {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    Path directory;

    private final ByteArrayOutputStream exported = new ByteArrayOutputStream();
    private HttpServer collector;

    @BeforeEach
    void collect() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            byte[] request = exchange.getRequestBody().readAllBytes();
            synchronized (exported) {
                exported.writeBytes(request);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    @Test
    @Timeout(180)
    void variationsContinueTheTraceOfTheirEvent() throws Exception {
        try (Installation installation = new Installation(directory)) {
            installation.workerEnvironment(Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + collector.getAddress().getPort(),
                    "OTEL_BSP_SCHEDULE_DELAY",
                    "100"));
            installation.start("registry");
            installation.start("broker");
            installation.run(0, "topics", "create", "--set", "topics.partitions=1");
            installation.start("streams");
            installation.start("worker");
            send(installation);

            ConsumerRecord<String, byte[]> variation = variation(installation);
            String traceparent =
                    new String(variation.headers().lastHeader("traceparent").value(), StandardCharsets.US_ASCII);
            assertThat(traceparent).startsWith("00-" + TRACE + "-").endsWith("-01");
            String maker = traceparent.substring(36, 52);
            assertThat(maker).isNotEqualTo("b7ad6b7169203331");
            for (String name : List.of("process sampler-batches", "wait in queue", "decode", "sample")) {
                Installation.await("the span " + name, () -> exported().contains(name));
            }
            assertThat(exported()).contains(bytes(TRACE), bytes(maker), "semantica-worker", "traced");
        }
    }

    private void send(Installation installation) throws Exception {
        var topic = installation.topics().imageEvents();
        try (KafkaProducer<String, ImageEvent> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", installation.bootstrapServers()),
                new StringSerializer(),
                topic.valueSerde().serializer())) {
            ProducerRecord<String, ImageEvent> event = new ProducerRecord<>(
                    topic.name(), "house", Pipeline.event("traced", 1, "house").build());
            event.headers()
                    .add("traceparent", ("00-" + TRACE + "-b7ad6b7169203331-01").getBytes(StandardCharsets.US_ASCII));
            assertThat(producer.send(event).get().hasOffset()).isTrue();
        }
    }

    private static ConsumerRecord<String, byte[]> variation(Installation installation) throws Exception {
        try (KafkaConsumer<String, byte[]> reader = installation.reader()) {
            reader.assign(List.of(new TopicPartition("variations", 0)));
            reader.seekToBeginning(reader.assignment());
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            Installation.await("a variation", () -> {
                reader.poll(Duration.ofMillis(200)).forEach(found::add);
                return !found.isEmpty();
            });
            return found.get(0);
        }
    }

    /** Names and ids are in OTLP's messages as they are: an id is its 8 or 16 bytes. */
    private String exported() {
        synchronized (exported) {
            return exported.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static String bytes(String id) {
        return new String(HexFormat.of().parseHex(id), StandardCharsets.ISO_8859_1);
    }
}
