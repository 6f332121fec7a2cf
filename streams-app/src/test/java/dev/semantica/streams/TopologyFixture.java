package dev.semantica.streams;

import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology under the test driver, with typed topics and a clock that tests move. */
final class TopologyFixture implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final Topics topics;
    final TestInputTopic<String, ImageEvent> events;
    final TestInputTopic<String, RequestControl> controls;
    final TestInputTopic<String, SamplerResult> results;
    final TestOutputTopic<String, SamplerBatch> batches;
    final TestOutputTopic<String, Variation> variations;
    final TestOutputTopic<String, VariationFailure> failures;
    final TestOutputTopic<String, RequestStatus> statuses;
    final TestOutputTopic<byte[], byte[]> deadLetters;

    private final TopologyTestDriver driver;

    TopologyFixture(Path directory, Map<String, String> settings) {
        this(directory, settings, UnaryOperator.identity());
    }

    /** With other topics than those of a registry that always answers. */
    TopologyFixture(Path directory, Map<String, String> settings, UnaryOperator<Topics> change) {
        Map<String, String> all = new java.util.HashMap<>(settings);
        all.put("state.dir", directory.toString());
        StreamsAppConfig config = StreamsAppConfig.from(all);
        topics = change.apply(Topics.of(
                TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://" + UUID.randomUUID()))));
        Properties properties =
                StreamsApplication.properties(topics, config, Map.of("bootstrap.servers", "unused:1"), Map.of());
        driver = new TopologyTestDriver(
                SemanticaTopology.build(topics, config, new RegistryWait(Duration.ZERO)), properties, START);
        StringSerializer keys = new StringSerializer();
        events = driver.createInputTopic(
                "image-events", keys, topics.imageEvents().valueSerde().serializer());
        controls = driver.createInputTopic(
                "request-controls", keys, topics.requestControls().valueSerde().serializer());
        results = driver.createInputTopic(
                "sampler-results", keys, topics.samplerResults().valueSerde().serializer());
        batches = output(topics.samplerBatches());
        variations = output(topics.variations());
        failures = output(topics.variationFailures());
        statuses = output(topics.requestStatus());
        deadLetters =
                driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private <V> TestOutputTopic<String, V> output(dev.semantica.schemas.Topic<V> topic) {
        return driver.createOutputTopic(
                topic.name(),
                topic.keySerde().deserializer(),
                topic.valueSerde().deserializer());
    }

    void advance(Duration time) {
        driver.advanceWallClockTime(time);
    }

    void send(ImageEvent event) {
        events.pipeInput(event.getImageId(), event);
    }

    /** Sends bytes as they are. */
    void sendRaw(String topic, String key, byte[] value) {
        driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    /** Records that were skipped because they could not be read or processed. */
    double dropped() {
        return driver.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("dropped-records-total"))
                .mapToDouble(metric -> (Double) metric.metricValue())
                .sum();
    }

    /** Drops what the test driver keeps of every output. */
    void forgetOutputs() {
        batches.readRecordsToList();
        variations.readRecordsToList();
        failures.readRecordsToList();
        statuses.readRecordsToList();
    }

    /** Answers every image of the batches that are waiting with all its variations. */
    void answerBatches() {
        batches.readValuesToList().forEach(this::answer);
    }

    void answer(SamplerBatch batch) {
        for (BatchImage image : batch.getImages()) {
            SamplingOptions options = image.getOptions();
            for (int i = 0; i < options.getCount(); i++) {
                results.pipeInput(
                        image.getImageId(),
                        made(batch.getRequestId(), image.getImageId(), options.getFirstIndex() + i));
            }
        }
    }

    RequestStatus lastStatus(String requestId) {
        advance(Duration.ofMillis(200));
        advance(Duration.ofMillis(200));
        List<RequestStatus> all = statuses.readValuesToList();
        RequestStatus last = null;
        for (RequestStatus status : all) {
            if (status.getRequestId().equals(requestId)) {
                last = status;
            }
        }
        return last;
    }

    static ImageEvent.Builder event(String requestId, String imageId) {
        return ImageEvent.newBuilder()
                .setRequestId(requestId)
                .setImageId(imageId)
                .setImage(new InlineImage(ByteBuffer.wrap(new byte[] {1, 2, 3}), "image/png"))
                .setOptions(SamplingOptions.newBuilder().setCount(2).build());
    }

    static SamplingOptions options(int count) {
        return SamplingOptions.newBuilder().setCount(count).build();
    }

    static SamplerResult made(String requestId, String imageId, int index) {
        Provenance provenance = Provenance.newBuilder()
                .setSeed(1)
                .setIndex(index)
                .setBundle("b")
                .setBundleDigest("d")
                .setScheduler("ddim")
                .setSteps(2)
                .setGuidanceScale(1)
                .setSourceDigest("s")
                .setEngine("test")
                .build();
        SampledVariation variation = new SampledVariation(
                index, new InlineImage(ByteBuffer.wrap(new byte[] {9}), "image/png"), 64, 64, 0.9, provenance, 0.75);
        return new SamplerResult(requestId, imageId, "batch", variation);
    }

    static SamplerResult failed(String requestId, String imageId, Integer index) {
        return new SamplerResult(
                requestId,
                imageId,
                "batch",
                new SamplingFailure(index, FailureReason.UNREADABLE_IMAGE, "no image at all"));
    }

    void sendTraced(ImageEvent event, String traceparent) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", traceparent.getBytes(StandardCharsets.US_ASCII));
        headers.add("team", "blue".getBytes(StandardCharsets.US_ASCII));
        events.pipeInput(new TestRecord<>(event.getImageId(), event, headers));
    }

    void answerTraced(SamplerResult result, String traceparent) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", traceparent.getBytes(StandardCharsets.US_ASCII));
        results.pipeInput(new TestRecord<>(result.getImageId(), result, headers));
    }

    @Override
    public void close() {
        driver.close();
    }
}
