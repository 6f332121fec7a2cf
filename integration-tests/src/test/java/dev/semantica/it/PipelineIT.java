package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broker, topology and worker together, on hostile and repeated input. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PipelineIT {

    private Path directory;
    private Path allowed;
    private Pipeline pipeline;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        allowed = Files.createDirectories(directory.resolve("allowed"));
        Files.write(allowed.resolve("house.png"), Pipeline.picture());
        pipeline = new Pipeline(directory.resolve("cluster"), allowed);
    }

    @AfterAll
    void stop() {
        pipeline.close();
    }

    @Test
    void badInputCostsOnlyItself() throws Exception {
        byte[] picture = Pipeline.picture();
        String digest = DigestUtils.sha256Hex(picture);
        String file = allowed.resolve("house.png").toUri().toString();
        String outside = directory.resolve("cluster").toUri() + "secret.png";
        List<ImageEvent> events = new ArrayList<>();
        add(events, inline("good-1", picture));
        add(events, inline("empty"));
        add(events, inline("text", "not a picture, whatever its name".getBytes(StandardCharsets.UTF_8)));
        add(events, inline("cut-off", Arrays.copyOf(picture, picture.length / 2)));
        add(events, inline("bomb", hugePng()));
        add(events, reference("allowed", file, digest));
        add(events, reference("other-host", "http://169.254.169.254/latest/meta-data", digest));
        add(events, reference("outside", outside, digest));
        add(events, reference("climbing", allowed.toUri() + "../cluster/x.png", digest));
        add(events, reference("not-there", allowed.toUri() + "gone.png", digest));
        add(events, reference("other-digest", file, "0".repeat(64)));
        add(events, options("steps-0", Pipeline.options().setSteps(0)));
        add(events, options("guidance-nan", Pipeline.options().setGuidanceScale(Double.NaN)));
        add(events, options("count-0", Pipeline.options().setCount(0)));
        add(events, options("no-scheduler", Pipeline.options().setScheduler("magic")));
        add(events, options("no-bundle", Pipeline.options().setBundle("nobody-has-it")));
        add(events, inline("late", picture).setDeadline(Instant.now().minusSeconds(1)));
        add(events, inline("good-2", picture));
        int images = events.size();
        events.forEach(event -> event.setRequestImages(images));

        pipeline.send(events);

        RequestStatus status = pipeline.awaitEnd("bad");
        Map<String, FailureReason> reasons = pipeline.failures("bad").stream()
                .collect(Collectors.toMap(VariationFailure::getImageId, VariationFailure::getReason));
        assertThat(reasons)
                .containsOnly(
                        entry("empty", FailureReason.INVALID_EVENT),
                        entry("text", FailureReason.UNREADABLE_IMAGE),
                        entry("cut-off", FailureReason.UNREADABLE_IMAGE),
                        entry("bomb", FailureReason.IMAGE_TOO_LARGE),
                        entry("other-host", FailureReason.REFERENCE_NOT_ALLOWED),
                        entry("outside", FailureReason.REFERENCE_NOT_ALLOWED),
                        entry("climbing", FailureReason.REFERENCE_NOT_ALLOWED),
                        entry("not-there", FailureReason.REFERENCE_UNAVAILABLE),
                        entry("other-digest", FailureReason.DIGEST_MISMATCH),
                        entry("steps-0", FailureReason.INVALID_EVENT),
                        entry("guidance-nan", FailureReason.INVALID_EVENT),
                        entry("count-0", FailureReason.INVALID_EVENT),
                        entry("no-scheduler", FailureReason.INVALID_EVENT),
                        entry("no-bundle", FailureReason.UNKNOWN_BUNDLE),
                        entry("late", FailureReason.DEADLINE_EXCEEDED));
        assertThat(pipeline.failures("bad"))
                .allSatisfy(failure -> assertThat(failure.getMessage()).isNotBlank());
        assertThat(pipeline.variations("bad").stream().map(Variation::getImageId))
                .containsExactlyInAnyOrder("good-1", "allowed", "good-2");
        assertThat(status.getState()).isEqualTo(RequestState.PARTIAL);
        assertThat(status.getImages()).isEqualTo(images);
        assertThat(status.getImagesEnded()).isEqualTo(images);
        assertThat(status.getVariationsMade()).isEqualTo(3);
        assertThat(status.getVariationsFailed()).isEqualTo(status.getVariationsWanted() - 3);
        assertThat(pipeline.trouble()).isNull();
    }

    @Test
    void recordsThatAreNoAvroBecomeDeadLettersAndTheRestGoesOn() throws Exception {
        byte[] junk = "no Avro at all".getBytes(StandardCharsets.UTF_8);
        List<String> topics = List.of(
                pipeline.topics().imageEvents().name(),
                pipeline.topics().requestControls().name(),
                pipeline.topics().samplerResults().name(),
                pipeline.topics().samplerBatches().name());

        for (String topic : topics) {
            byte[] key = ("junk-" + topic).getBytes(StandardCharsets.UTF_8);
            pipeline.sendRaw(topic, 0, key, junk);
            pipeline.sendRaw(topic, 0, key, new byte[] {0, 0, 0, 0, 99, 1, 2, 3});
        }
        pipeline.send(List.of(Pipeline.event("after-junk", 1, "good").build()));

        assertThat(pipeline.awaitEnd("after-junk").getState()).isEqualTo(RequestState.COMPLETED);
        String deadLetters = pipeline.topics().deadLetters();
        Installation.await(
                "dead letters of every topic",
                () -> letters(deadLetters, topics).size() == 8);
        for (ConsumerRecord<String, byte[]> letter : letters(deadLetters, topics)) {
            String topic = letter.key().substring("junk-".length());
            assertThat(header(letter, "__streams.errors.topic")).isEqualTo(topic);
            assertThat(header(letter, "__streams.errors.partition")).isEqualTo("0");
            assertThat(header(letter, "__streams.errors.offset")).containsOnlyDigits();
            assertThat(header(letter, "__streams.errors.exception")).isNotBlank();
            assertThat(header(letter, "__streams.errors.message")).isNotBlank();
        }
        assertThat(letters(deadLetters, topics).stream().map(ConsumerRecord::value))
                .contains(junk);
        assertThat(pipeline.trouble()).isNull();
    }

    @Test
    void aCancelledRequestEndsWithCountsThatAddUp() throws Exception {
        List<ImageEvent> events = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            events.add(Pipeline.event("cancelled", 4, "image-" + i)
                    .setOptions(Pipeline.options().setCount(100).setSteps(20).build())
                    .build());
        }
        pipeline.send(events);
        pipeline.awaitVariations("cancelled", 1);

        pipeline.cancel("cancelled");

        RequestStatus status = pipeline.awaitEnd("cancelled");
        assertThat(status.getState()).isEqualTo(RequestState.CANCELLED);
        // What had been made stays, what comes back late changes nothing: the counts settle.
        Installation.await("counts that add up", () -> {
            RequestStatus last = pipeline
                    .records(pipeline.topics().requestStatus().name())
                    .stream()
                    .map(record -> pipeline.topics()
                            .requestStatus()
                            .valueSerde()
                            .deserializer()
                            .deserialize(record.topic(), record.value()))
                    .filter(found -> found.getRequestId().equals("cancelled"))
                    .reduce((before, after) -> after)
                    .orElseThrow();
            return last.getVariationsMade() + last.getVariationsFailed() == 400
                    && last.getVariationsMade()
                            == pipeline.variations("cancelled").size();
        });
        assertThat(pipeline.variations("cancelled")).hasSizeBetween(1, 399);
        assertThat(pipeline.failures("cancelled")).isNotEmpty().allSatisfy(failure -> assertThat(failure.getReason())
                .isEqualTo(FailureReason.CANCELLED));
    }

    @Test
    void whatComesTwiceHasNoSecondEffect() throws Exception {
        ImageEvent event = Pipeline.event("twice", 1, "image")
                .setOptions(Pipeline.options().setCount(3).build())
                .build();
        pipeline.send(List.of(event, event));
        pipeline.awaitEnd("twice");
        List<byte[]> once = pictures(pipeline.variations("twice"));

        // The event again, its batch again, its results again.
        pipeline.send(List.of(event));
        replay(pipeline.topics().samplerBatches().name());
        replay(pipeline.topics().samplerResults().name());
        pipeline.send(List.of(Pipeline.event("behind", 1, "image").build()));
        pipeline.awaitEnd("behind");

        assertThat(pictures(pipeline.variations("twice"))).hasSize(3).containsExactlyElementsOf(once);
        assertThat(pipeline.failures("twice")).isEmpty();
        assertThat(pipeline.awaitEnd("twice").getVariationsMade()).isEqualTo(3);
    }

    private void replay(String topic) {
        for (ConsumerRecord<String, byte[]> record : pipeline.records(topic)) {
            byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
            pipeline.sendRaw(topic, record.partition(), key, record.value());
        }
    }

    private static List<byte[]> pictures(List<Variation> variations) {
        return variations.stream()
                .map(variation -> ((InlineImage) variation.getImage()).getData().array())
                .toList();
    }

    private List<ConsumerRecord<String, byte[]>> letters(String deadLetters, List<String> topics) {
        return pipeline.records(deadLetters).stream()
                .filter(letter ->
                        letter.key() != null && topics.contains(letter.key().replaceFirst("^junk-", "")))
                .toList();
    }

    private static String header(ConsumerRecord<String, byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        assertThat(header).as("header %s of %s", name, letter.headers()).isNotNull();
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static void add(List<ImageEvent> events, ImageEvent.Builder event) {
        events.add(event.build());
    }

    private static ImageEvent.Builder inline(String imageId, byte... bytes) throws Exception {
        return Pipeline.event("bad", 1, imageId).setImage(new InlineImage(ByteBuffer.wrap(bytes), null));
    }

    private static ImageEvent.Builder reference(String imageId, String uri, String digest) throws Exception {
        return Pipeline.event("bad", 1, imageId).setImage(new ImageReference(uri, digest, null, null));
    }

    private static ImageEvent.Builder options(String imageId, SamplingOptions.Builder options) throws Exception {
        return Pipeline.event("bad", 1, imageId).setOptions(options.build());
    }

    /** A PNG of a few hundred bytes that claims 30,000 x 30,000 pixels. */
    private static byte[] hugePng() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(30_000)
                        .putInt(30_000)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
        Deflater deflater = new Deflater(9);
        deflater.setInput(new byte[100_000]);
        deflater.finish();
        byte[] deflated = new byte[1000];
        chunk(out, "IDAT", Arrays.copyOf(deflated, deflater.deflate(deflated)));
        deflater.end();
        chunk(out, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(DataOutputStream out, String type, byte[] body) throws Exception {
        byte[] typed = ByteBuffer.allocate(4 + body.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(body)
                .array();
        CRC32 crc = new CRC32();
        crc.update(typed);
        out.writeInt(body.length);
        out.write(typed);
        out.writeInt((int) crc.getValue());
    }
}
