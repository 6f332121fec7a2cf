package dev.semantica.connectors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.connectors.Await;
import dev.semantica.connectors.Examples;
import dev.semantica.connectors.Records;
import dev.semantica.connectors.sink.Dataset;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.Variation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The connectors, configured as the documentation says, in a real worker before a real broker. */
@TestInstance(Lifecycle.PER_CLASS)
class ConnectorsInWorkerTest {

    private static final String REGISTRY = "mock://connectors-in-worker-test";

    private final AvroSerdes serdes = new AvroSerdes(Map.of("schema.registry.url", REGISTRY));
    private Cluster cluster;
    private Path temporary;
    private Path offsets;

    @BeforeAll
    void startBroker(@TempDir Path directory) {
        temporary = directory;
        cluster = new Cluster(directory.resolve("broker"));
    }

    @AfterAll
    void stopBroker() {
        cluster.close();
    }

    @BeforeEach
    void newOffsets() throws IOException {
        offsets = Files.createTempDirectory(temporary, "offsets").resolve("offsets");
    }

    private StandaloneWorker worker() {
        return new StandaloneWorker(cluster.bootstrapServers(), offsets, REGISTRY);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private List<String> paths(String topic) {
        return cluster.values(topic, serdes.of(ImageEvent.class).deserializer()).stream()
                .map(event -> event.getAttributes().get("path"))
                .sorted()
                .toList();
    }

    @Test
    void eachFileIsSentOnceThroughARestartARenameAndABadFile() throws Exception {
        cluster.createTopic("image-events", 3);
        cluster.createTopic("bad-images", 1);
        Path images = temporary.resolve("images");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            names.add("class-" + i % 3 + "/" + i + ".png");
            write(images.resolve(names.get(i)), Records.png("image ".repeat(i)));
        }
        write(images.resolve("class-0/bad.png"), "no image".getBytes(StandardCharsets.UTF_8));
        Map<String, String> config = Examples.with(
                "bird-images", Map.of("images.location", images.toString(), "images.scan.interval.ms", "50"));
        config.put("images.settle.ms", "60");
        try (StandaloneWorker worker = worker()) {
            worker.put("bird-images", config);
            cluster.awaitRecords("image-events", 20);
            cluster.awaitRecords("bad-images", 1);
        }
        Files.move(images.resolve("class-0"), images.resolve("class-zero"));
        write(images.resolve("class-1/new.png"), Records.png("new"));
        names.add("class-1/new.png");
        try (StandaloneWorker worker = worker()) {
            worker.put("bird-images", config);
            cluster.awaitRecords("image-events", 21);
            write(images.resolve("class-2/last.png"), Records.png("last"));
            names.add("class-2/last.png");
            cluster.awaitRecords("image-events", 22);
        }
        assertThat(paths("image-events")).containsExactlyInAnyOrderElementsOf(names);
        ConsumerRecord<String, byte[]> bad = cluster.records("bad-images").get(0);
        assertThat(cluster.records("bad-images")).hasSize(1);
        assertThat(bad.key()).isEqualTo("class-0/bad.png");
        assertThat(header(bad, "__connect.errors.exception.message")).contains("neither JPEG");
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    @Test
    void anImageIsSentAgainWhenItsOffsetIsTakenAway() throws Exception {
        cluster.createTopic("again", 1);
        Path images = temporary.resolve("again-images");
        write(images.resolve("a.png"), Records.png("a"));
        write(images.resolve("b.png"), Records.png("b"));
        Map<String, String> config = Examples.with("bird-images", Map.of("images.location", images.toString()));
        config.putAll(Map.of("topic", "again", "images.settle.ms", "0", "images.scan.interval.ms", "50"));
        try (StandaloneWorker worker = worker()) {
            worker.put("again", config);
            cluster.awaitRecords("again", 2);
            Await.until(
                    "the offsets are written",
                    () -> worker.offsets("again").offsets().size() == 2);
            worker.stop("again");
            List<ConnectorOffset> known = worker.offsets("again").offsets();
            Map<Map<String, ?>, Map<String, ?>> forget = new HashMap<>();
            known.stream()
                    .filter(offset -> offset.offset().get("name").equals("a.png"))
                    .forEach(offset -> forget.put(offset.partition(), null));
            assertThat(forget).hasSize(1);
            assertThat(worker.alterOffsets("again", forget).message()).contains("altered successfully");
            worker.resume("again");
            cluster.awaitRecords("again", 3);
            assertThat(paths("again")).containsExactly("a.png", "a.png", "b.png");
        }
    }

    private List<byte[]> variations(String topic, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> serdes.of(Variation.class)
                        .serializer()
                        .serialize(topic, Records.variation("image-" + i, 0, "label-" + i % 2)))
                .toList();
    }

    private static List<String> images(int count) {
        return IntStream.range(0, count).mapToObj(i -> "image-" + i).toList();
    }

    @Test
    void eachVariationIsInTheDatasetOnceThroughARestartAndBadRecords() throws Exception {
        cluster.createTopic("variations", 2);
        cluster.createTopic("bad-variations", 1);
        Path dataset = temporary.resolve("dataset");
        Map<String, String> config = Examples.with(
                "variations-imagefolder",
                Map.of("dataset.location", dataset.toString(), "rotate.records", "4", "rotate.interval.ms", "300"));
        config.put("consumer.override.auto.offset.reset", "earliest");
        config.put("errors.deadletterqueue.topic.replication.factor", "1");
        cluster.send("variations", 2, variations("variations", 0, 30));
        byte[] event =
                serdes.of(ImageEvent.class).serializer().serialize("variations", Records.event(Records.inline("x")));
        cluster.send("variations", 2, List.of(new byte[] {1, 2, 3}, event));
        try (StandaloneWorker worker = worker()) {
            worker.put("variations-imagefolder", config);
            Await.until("a chunk is visible", () -> !Dataset.files(dataset).isEmpty());
        }
        cluster.send("variations", 2, variations("variations", 30, 50));
        try (StandaloneWorker worker = worker()) {
            worker.put("variations-imagefolder", config);
            Await.until("all are visible", () -> Dataset.sources(dataset).size() >= 50);
            cluster.awaitRecords("bad-variations", 2);
        }
        assertThat(Dataset.sources(dataset)).containsExactlyInAnyOrderElementsOf(images(50));
        assertThat(cluster.records("bad-variations"))
                .allSatisfy(record -> assertThat(header(record, "__connect.errors.connector.name"))
                        .isEqualTo("variations-imagefolder"));
    }

    @Test
    void confluentsConverterServesBoth() throws Exception {
        cluster.createTopic("theirs", 1);
        Path images = temporary.resolve("their-images");
        write(images.resolve("bird/a.png"), Records.png("a"));
        Map<String, String> confluent = Map.of(
                "value.converter", "io.confluent.connect.avro.AvroConverter",
                "value.converter.schema.registry.url", REGISTRY,
                "value.converter.enhanced.avro.schema.support", "true");
        Map<String, String> source = Examples.with("bird-images", Map.of("images.location", images.toString()));
        source.putAll(confluent);
        source.putAll(Map.of("topic", "theirs", "images.settle.ms", "0"));
        cluster.createTopic("their-variations", 1);
        cluster.send("their-variations", 1, variations("their-variations", 0, 3));
        Path dataset = temporary.resolve("their-dataset");
        Map<String, String> sink = Examples.with(
                "variations-parquet", Map.of("dataset.location", dataset.toString(), "topics", "their-variations"));
        sink.putAll(confluent);
        sink.putAll(Map.of("rotate.records", "3", "consumer.override.auto.offset.reset", "earliest"));
        try (StandaloneWorker worker = worker()) {
            worker.put("their-source", source);
            worker.put("their-sink", sink);
            cluster.awaitRecords("theirs", 1);
            Await.until("the Parquet is there", () -> !Dataset.files(dataset).isEmpty());
        }
        assertThat(paths("theirs")).containsExactly("bird/a.png");
        assertThat(Dataset.files(dataset)).containsExactly("their-variations-00000-00000000000000000000.parquet");
    }
}
