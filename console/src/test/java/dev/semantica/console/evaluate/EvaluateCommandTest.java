package dev.semantica.console.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.TopicAdmin;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Variation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Variations that were made earlier, in a folder and on a real broker, seen by an encoder of the test's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluateCommandTest {

    private static final int SIDE = 8;
    private static final int IMAGES = 10;

    private Path directory;
    private EmbeddedBroker broker;
    private Connection connection;
    private int exit;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        directory = folder;
        writeEncoder();
        for (String label : List.of("dark", "light")) {
            for (int i = 0; i < IMAGES; i++) {
                write(directory.resolve("dataset").resolve(label).resolve(i + ".png"), picture(label, i));
            }
        }
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory.resolve("broker"), 0, Map.of()), fault -> {});
        connection = Connection.of(ConnectionConfig.from(Settings.load(null, Map.of(), cluster())));
        try (Admin admin = connection.admin()) {
            new TopicAdmin(admin, connection.config(), Duration.ofSeconds(30)).create();
        }
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @Test
    void judgesAFolderOfVariations() throws Exception {
        Path made = directory.resolve("made");
        List<String> lines = new ArrayList<>();
        for (String label : List.of("dark", "light")) {
            for (int source = 0; source < 2; source++) {
                for (int index = 0; index < 2; index++) {
                    String name = label + source + "_" + index + ".png";
                    write(made.resolve(name), picture(label, 100 + 2 * source + index));
                    lines.add("{\"file_name\":\"%s\",\"source\":\"%s/%d.png\",\"index\":%d,\"source_sha256\":\"%s\"}"
                            .formatted(name, label, source, index, DigestUtils.sha256Hex(picture(label, source))));
                }
            }
        }
        Files.write(made.resolve("metadata.jsonl"), lines);
        write(directory.resolve("dataset").resolve("dark").resolve("broken.png"), new byte[] {1, 2});

        run(directory.resolve("dataset").toString(), "--shots", "2", "--variations-from", made.toString());
        Files.delete(directory.resolve("dataset").resolve("dark").resolve("broken.png"));

        assertThat(exit).isEqualTo(ExitCode.OK);
        JsonNode report = report();
        assertThat(report.at("/dataset/images").asInt()).isEqualTo(2 * IMAGES);
        assertThat(report.at("/missing/unreadable images").asText())
                .contains("1 left out", "dark/broken.png", "expected JPEG");
        assertThat(report.at("/candidates/variations/n").asInt()).isEqualTo(8);
        assertThat(report.at("/repeats/0/shots"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("dark/0.png", "dark/1.png", "light/0.png", "light/1.png");
        assertThat(report.at("/repeats/0/classes/dark/n").asInt()).isPositive();
        assertThat(report.at("/encoder/name").asText()).contains("pooled of image_embeds");
        assertThat(report.at("/encoder/sha256").asText()).hasSize(64);
        assertThat(report.toString()).doesNotContain("NaN");
    }

    @Test
    void judgesWhatTheTopicsHoldOfARequest() throws Exception {
        for (String label : List.of("dark", "light")) {
            for (int i = 0; i < IMAGES; i++) {
                send(event("r1", label + "-" + i, label, picture(label, i)));
            }
            for (int index = 0; index < 3; index++) {
                send(variation("r1", label + "-4", index, picture(label, 4), picture(label, 200 + index)));
                // Of another request, and of a source that nobody has.
                send(variation("r2", label + "-4", 9, picture(label, 4), picture(label, 300)));
                send(variation("r1", label + "-lost", index, picture(label, 999), picture(label, 301)));
            }
        }
        try (Producer<byte[], byte[]> producer = connection.transactionalProducer("never-committed")) {
            Variation never = variation("r1", "dark-5", 0, picture("dark", 5), picture("dark", 400));
            Topic<Variation> topic = connection.topics().variations();
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(
                            topic.name(), topic.valueSerde().serializer().serialize(topic.name(), never)))
                    .get();
            producer.send(new ProducerRecord<>(topic.name(), new byte[] {9, 9})).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic.name(), new byte[] {0, 0, 0, 0, 77, 1}))
                    .get();
            producer.commitTransaction();
        }

        run(withCluster("--from-topic", "variations", "--request", "r1", "--shots", "1"));
        assertThat(exit).isEqualTo(ExitCode.OK);
        JsonNode alone = report();
        assertThat(alone.at("/dataset/place").asText()).isEqualTo("sources of request r1");
        assertThat(alone.at("/dataset/classes").asInt()).isEqualTo(2);
        assertThat(alone.at("/repeats/0/shots"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("dark-4", "light-4");
        assertThat(alone.at("/candidates/variations/n").asInt()).isEqualTo(6);
        assertThat(alone.at("/missing/unreadable images").asText()).contains("1 left out; variations-");

        // The same variations against the folder, whose images are called otherwise.
        run(withCluster(directory.resolve("dataset").toString(), "--from-topic", "variations", "--request", "r1"));
        assertThat(exit).isEqualTo(ExitCode.OK);
        assertThat(report().at("/repeats/0/shots"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("dark/4.png", "light/4.png");
        assertThat(report().at("/repeats/0/scores")).isEqualTo(alone.at("/repeats/0/scores"));
    }

    @Test
    void saysWhatIsWrongWithTheInputs() {
        assertThat(run()).contains("DATASET is missing");
        assertThat(run(withCluster("x"))).contains("evaluate runs its own pipeline");
        assertThat(run("x", "--from-topic", "variations")).contains("--from-topic and --request go together");
        assertThat(run(withCluster("--from-topic", "sampler-results", "--request", "r")))
                .contains("is not the topic of variations, which is called 'variations'");
        assertThat(run(withCluster("--from-topic", "variations", "--request", "nobody")))
                .contains("Request 'nobody' has 0 readable variations on 'variations'");
        assertThat(run("x", "--features", "best")).contains("expected pooled, cls, mean or tokens, found 'best'");
        assertThat(run("x", "--probe-kinds", "car,zeppelin,sofa", "--probe-sources"))
                .contains(
                        "--probe-kinds is for --factor-probes",
                        "--probe-sources is for --factor-probes",
                        "there is no kind 'zeppelin'; there are apple,",
                        "there is no kind 'sofa'");
        String dataset = directory.resolve("dataset").toString();
        assertThat(run(dataset, "--variations-from", dataset, "--features", "cls"))
                .contains("expected last_hidden_state or one output of tokens");
        assertThat(run(dataset, "--variations-from", dataset))
                .contains("holds no image whose metadata names its source");
    }

    /** Two numbers of the mean colour. */
    private void writeEncoder() throws IOException {
        GraphBuilder graph = new GraphBuilder("encoder", 17);
        Value pixels = graph.input("pixel_values", ElementType.FLOAT, Shape.leading("batch", 3, SIDE, SIDE));
        Value flat =
                graph.node("Reshape", pixels, graph.longs(0, 3 * SIDE * SIDE)).output();
        float[] weights = new float[2 * 3 * SIDE * SIDE];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble() / (SIDE * SIDE);
        }
        Value mix = graph.floats("mix", new long[] {3 * SIDE * SIDE, 2}, weights);
        graph.output(
                "image_embeds", graph.node("MatMul", flat, mix).output(), ElementType.FLOAT, Shape.leading("batch", 2));
        Path folder = Files.createDirectories(directory.resolve("encoder"));
        graph.build().write(folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {"do_center_crop": true, "crop_size": 8, "size": 8, "resample": 3,
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}""");
    }

    private String run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--encoder", directory.resolve("encoder").toString(),
                "--repeats", "1",
                "--out", directory.resolve("out").toString()));
        StringBuilder said = new StringBuilder();
        CommandLine command = new CommandLine(new EvaluateCommand());
        command.setExecutionExceptionHandler((exception, line, parsed) -> {
            said.append(
                    exception instanceof ConfigurationException wrong
                            ? String.join("\n", wrong.problems())
                            : exception.toString());
            return ExitCode.CONFIGURATION;
        });
        command.setParameterExceptionHandler((exception, parsed) -> {
            said.append(exception.getMessage());
            return ExitCode.USAGE;
        });
        exit = command.execute(all.toArray(String[]::new));
        return said.toString();
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper()
                .readTree(directory.resolve("out").resolve("report.json").toFile());
    }

    private Map<String, String> cluster() {
        return Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "schema.registry.url", "mock://evaluate",
                "topics.partitions", "2",
                "topics.replication.factor", "1");
    }

    private String[] withCluster(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        cluster().forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
        return all.toArray(String[]::new);
    }

    private void send(ImageEvent event) throws Exception {
        Topic<ImageEvent> topic = connection.topics().imageEvents();
        try (Producer<String, ImageEvent> producer = connection.producer(topic)) {
            producer.send(new ProducerRecord<>(topic.name(), event.getImageId(), event))
                    .get();
        }
    }

    private void send(Variation variation) throws Exception {
        Topic<Variation> topic = connection.topics().variations();
        try (Producer<String, Variation> producer = connection.producer(topic)) {
            producer.send(new ProducerRecord<>(topic.name(), variation.getImageId(), variation))
                    .get();
        }
    }

    private static ImageEvent event(String request, String id, String label, byte[] file) {
        return ImageEvent.newBuilder()
                .setRequestId(request)
                .setImageId(id)
                .setLabel(label)
                .setImage(new InlineImage(ByteBuffer.wrap(file), null))
                .setOptions(SamplingOptions.newBuilder().setCount(1).build())
                .build();
    }

    private static Variation variation(String request, String id, int index, byte[] source, byte[] file)
            throws Exception {
        return Variation.newBuilder()
                .setRequestId(request)
                .setImageId(id)
                .setIndex(index)
                .setImage(new InlineImage(ByteBuffer.wrap(file), "image/png"))
                .setWidth(SIDE)
                .setHeight(SIDE)
                .setProvenance(Provenance.newBuilder()
                        .setSeed(1)
                        .setIndex(index)
                        .setBundle("tests")
                        .setBundleDigest("0".repeat(64))
                        .setScheduler("ddim")
                        .setSteps(1)
                        .setGuidanceScale(1)
                        .setSourceDigest(DigestUtils.sha256Hex(source))
                        .setEngine("cpu/test")
                        .build())
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    /** In different sizes, all their own. */
    private static byte[] picture(String label, int number) {
        int side = SIDE + number % 4;
        byte[] rgb = new byte[3 * side * side];
        SplittableRandom random = new SplittableRandom(number + (label.equals("dark") ? 0 : 10_000));
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((label.equals("dark") ? 20 : 140) + random.nextInt(100));
        }
        return ImageEncoder.PNG.encode(new RgbImage(side, side, rgb), Map.of());
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
