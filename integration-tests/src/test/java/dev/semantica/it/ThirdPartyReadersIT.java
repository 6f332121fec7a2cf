package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are not ours, in other languages, read variations with nothing but the broker and the registry. */
@Tag("third-party")
class ThirdPartyReadersIT {

    private static final int VARIATIONS = 6;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "variations";

    private static Installation installation;
    private static Map<String, Variation> written;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void makeVariations() throws Exception {
        installation = new Installation(directory);
        installation.start("registry");
        installation.start("broker");
        installation.run(0, "topics", "create", "--set", "topics.partitions=2");
        installation.start("streams");
        installation.start("worker");
        Path pictures = Files.createDirectories(directory.resolve("pictures"));
        Path examples = Path.of(System.getProperty("semantica.root"), "models", "pages-lab", "examples");
        for (String name : List.of("house.png", "fish.png")) {
            Files.copy(examples.resolve(name), pictures.resolve(name));
        }
        installation.run(
                0, "submit", pictures.toString(), "--request", "read", "-n", "3", "--steps", "2", "--guidance", "1");
        written = read();
    }

    @AfterAll
    static void close() {
        installation.close();
    }

    /** What our own reader finds, by image and index. */
    private static Map<String, Variation> read() throws Exception {
        Topics topics = installation.topics();
        Map<String, Variation> found = new HashMap<>();
        try (KafkaConsumer<String, byte[]> reader = installation.reader()) {
            List<TopicPartition> partitions = reader.partitionsFor(TOPIC).stream()
                    .map(info -> new TopicPartition(TOPIC, info.partition()))
                    .toList();
            reader.assign(partitions);
            Installation.await("six variations", () -> {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    Variation variation =
                            topics.variations().valueSerde().deserializer().deserialize(record.topic(), record.value());
                    found.put(variation.getImageId() + "#" + variation.getIndex(), variation);
                }
                return found.size() == VARIATIONS;
            });
        }
        return found;
    }

    /** KafkaJS with its registry client, of Node.js, decodes every field. */
    @Test
    void nodeDecodesVariations() throws Exception {
        List<String> lines = run(
                "node",
                Path.of(System.getProperty("semantica.root"), "integration-tests", "readers", "variations.mjs")
                        .toString(),
                installation.bootstrapServers(),
                installation.registryUrl(),
                TOPIC,
                Integer.toString(VARIATIONS));

        assertThat(lines).hasSize(VARIATIONS);
        for (String line : lines) {
            JsonNode record = JSON.readTree(line);
            JsonNode value = record.path("value");
            Variation ours = written.remove(
                    value.path("imageId").asText() + "#" + value.path("index").asInt());
            assertThat(ours).as(line).isNotNull();
            assertThat(record.path("key").asText()).isEqualTo(ours.getImageId());
            assertThat(value.path("requestId").asText()).isEqualTo(ours.getRequestId());
            assertThat(value.at("/provenance/seed").asLong())
                    .isEqualTo(ours.getProvenance().getSeed());
            assertThat(value.findValuesAsText("data")).contains(sha256(((InlineImage) ours.getImage()).getData()));
        }
        assertThat(written).isEmpty();
        written = read();
    }

    /**
     * kcat of Debian, in C, reads keys and the frame of every value: the magic byte, and the schema's id, under which the
     * registry knows what the value is. It is built without Avro there, so it does not read further.
     */
    @Test
    void kcatReadsFramesThatTheRegistryExplains() throws Exception {
        List<String> lines = run(
                "kcat",
                "-C",
                "-e",
                "-q",
                "-b",
                installation.bootstrapServers(),
                "-t",
                TOPIC,
                "-o",
                "beginning",
                "-X",
                "isolation.level=read_committed",
                "-s",
                "value=>bI",
                "-f",
                "%k %s\n");

        assertThat(lines).hasSize(VARIATIONS);
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            assertThat(written.values()).extracting(Variation::getImageId).contains(parts[0]);
            // The two numbers stand side by side.
            assertThat(parts[1]).as("magic byte and id").startsWith("0");
            JsonNode schema = JSON.readTree(get(installation.registryUrl() + "/schemas/ids/" + parts[1].substring(1)));
            assertThat(JSON.readTree(schema.path("schema").asText())
                            .path("name")
                            .asText())
                    .isEqualTo("Variation");
        }
    }

    private static List<String> run(String... command) throws Exception {
        Path out = Files.createTempFile(directory, "reader", ".out");
        Path errors = Files.createTempFile(directory, "reader", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended)
                .as("%s ends: %s", command[0], Files.readString(errors))
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(out);
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url)).build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .body();
    }

    private static String sha256(ByteBuffer bytes) {
        return Hex.encodeHexString(DigestUtils.updateDigest(DigestUtils.getSha256Digest(), bytes.duplicate())
                .digest());
    }
}
