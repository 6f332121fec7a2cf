package dev.semantica.sampler.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.claim.ClaimCheck;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageMetadata;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import dev.semantica.testsupport.StandInRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The worker's rules, on the shipped bundle, with a queue in memory and a producer that keeps its records. */
class SamplerWorkerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PARTITION = 2;

    private static OnnxBundle bundle;
    private static byte[] good;

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private final RegistryWaits waits = new RegistryWaits(soon(), soon(), soon());
    private Topics topics =
            Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://worker")));
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private OnnxBundle served = bundle;
    private TracerProvider tracers = TracerProvider.noop();
    private List<LoadedBundle> devices;
    private WorkerListener listener = WorkerListener.NONE;
    private ClaimCheck claimCheck = ClaimCheck.none(8 << 20);
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    @BeforeAll
    static void load() throws Exception {
        bundle = PagesLab.load(2);
        good = PagesLab.exampleFile("house.png");
    }

    @AfterAll
    static void close() {
        bundle.close();
    }

    static Stream<Arguments> badImages() throws IOException {
        return Stream.of(
                bad("empty", inline(new byte[0]), options(), null, FailureReason.UNREADABLE_IMAGE),
                bad(
                        "text",
                        inline("hello".getBytes(StandardCharsets.UTF_8)),
                        options(),
                        null,
                        FailureReason.UNREADABLE_IMAGE),
                bad(
                        "truncated",
                        inline(Arrays.copyOf(good, good.length / 2)),
                        options(),
                        null,
                        FailureReason.UNREADABLE_IMAGE),
                bad("huge", inline(pngHeader(30_000, 30_000)), options(), null, FailureReason.IMAGE_TOO_LARGE),
                bad(
                        "no such bundle",
                        inline(good),
                        with(o -> o.setBundle("other")),
                        null,
                        FailureReason.UNKNOWN_BUNDLE),
                bad("no steps", inline(good), with(o -> o.setSteps(0)), null, FailureReason.UNSUPPORTED_OPTION),
                bad(
                        "no number",
                        inline(good),
                        with(o -> o.setGuidanceScale(Double.NaN)),
                        null,
                        FailureReason.UNSUPPORTED_OPTION),
                bad(
                        "interval the wrong way round",
                        inline(good),
                        with(o -> o.setGuidanceFrom(0.8).setGuidanceTo(0.2)),
                        null,
                        FailureReason.UNSUPPORTED_OPTION),
                bad(
                        "attempts without a reader",
                        inline(good),
                        with(o -> o.setAttempts(2)),
                        null,
                        FailureReason.UNSUPPORTED_OPTION),
                bad("no attempts", inline(good), with(o -> o.setAttempts(0)), null, FailureReason.UNSUPPORTED_OPTION),
                bad("no strength", inline(good), with(o -> o.setStrength(0.0)), null, FailureReason.UNSUPPORTED_OPTION),
                bad(
                        "no such scheduler",
                        inline(good),
                        with(o -> o.setScheduler("pndm")),
                        null,
                        FailureReason.UNSUPPORTED_OPTION),
                bad("no seed", inline(good), with(o -> o.setSeed(null)), null, FailureReason.INVALID_EVENT),
                bad(
                        "last index too large",
                        inline(good),
                        with(o -> o.setFirstIndex(Integer.MAX_VALUE).setCount(2)),
                        null,
                        FailureReason.INVALID_EVENT),
                bad(
                        "foreign host",
                        reference("http://example.org/a.png"),
                        options(),
                        null,
                        FailureReason.REFERENCE_NOT_ALLOWED),
                bad(
                        "foreign file",
                        reference("file:///etc/hostname"),
                        options(),
                        null,
                        FailureReason.REFERENCE_NOT_ALLOWED),
                bad("relative", reference("a.png"), options(), null, FailureReason.REFERENCE_NOT_ALLOWED),
                bad("no URI", reference("file:///a b"), options(), null, FailureReason.REFERENCE_NOT_ALLOWED),
                bad("deadline", inline(good), options(), NOW, FailureReason.DEADLINE_EXCEEDED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badImages")
    void aBadImageCostsOnlyItself(
            String name, Object image, SamplingOptions options, Instant deadline, FailureReason reason)
            throws Exception {
        SamplerBatch batch = batch(
                item("first", inline(good), options(), null),
                item("bad", image, options, deadline),
                item("last", inline(good), options(), null));

        FakeDelivery delivery = run(bytes(batch), 1, false, request -> false);

        assertThat(delivery.outcome).isEqualTo("completed");
        assertThat(results()).extracting(SamplerResult::getImageId).containsExactlyInAnyOrder("first", "bad", "last");
        assertThat(outcome("bad")).isInstanceOfSatisfying(SamplingFailure.class, failure -> {
            assertThat(failure.getReason()).isEqualTo(reason);
            assertThat(failure.getMessage()).isNotBlank();
        });
        assertThat(outcome("first")).isInstanceOf(SampledVariation.class);
        assertThat(outcome("last")).isInstanceOf(SampledVariation.class);
    }

    @Test
    void resultsGoToTheOriginPartitionUnderTheImageId() throws Exception {
        run(bytes(batch(item("a", inline(good), options(), null))), 1, false, request -> false);

        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.partition()).isEqualTo(PARTITION);
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("a");
        });
    }

    @Test
    void aRequestThatIsCancelledHalfWayEndsEveryVariationOnce() throws Exception {
        int[] asked = {0};

        run(
                bytes(batch(item("a", inline(good), with(o -> o.setCount(6).setSteps(4)), null))),
                1,
                false,
                request -> asked[0]++ > 2);

        assertThat(results())
                .hasSize(6)
                .allSatisfy(result -> assertThat(((SamplingFailure) result.getOutcome()).getReason())
                        .isEqualTo(FailureReason.CANCELLED))
                .extracting(result -> ((SamplingFailure) result.getOutcome()).getIndex())
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }

    static Stream<byte[]> poison() {
        Topics other = Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://worker")));
        byte[] control = other.requestControls()
                .valueSerde()
                .serializer()
                .serialize(
                        "sampler-batches",
                        RequestControl.newBuilder()
                                .setRequestId("r")
                                .setAction(ControlAction.CANCEL)
                                .build());
        return Stream.of(
                null,
                new byte[0],
                new byte[] {0},
                new byte[] {0, 0, 0},
                "not Avro at all".getBytes(StandardCharsets.UTF_8),
                new byte[] {0, 0, 0, 0, 99, 1, 2, 3},
                Arrays.copyOf(control, 6),
                control);
    }

    @ParameterizedTest
    @MethodSource("poison")
    void whatIsNoBatchGoesToTheDeadLettersAndTheWorkerGoesOn(byte[] value) throws Exception {
        FakeDelivery delivery = run(value, 1, false, request -> false);

        assertThat(delivery.outcome).isEqualTo("completed");
        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("dead-letters");
            assertThat(record.value()).isEqualTo(value);
            assertThat(record.headers().lastHeader("__streams.errors.message")).isNotNull();
        });
    }

    @Test
    void theLastDeliveryEndsAsFailuresAndADeadLetter() throws Exception {
        byte[] value = bytes(batch(item("a", inline(good), options(), null), item("b", inline(good), options(), null)));

        FakeDelivery delivery = run(value, 5, true, request -> false);

        assertThat(delivery.outcome).isEqualTo("completed");
        assertThat(results())
                .extracting(result -> ((SamplingFailure) result.getOutcome()).getReason())
                .containsExactly(FailureReason.DELIVERIES_EXHAUSTED, FailureReason.DELIVERIES_EXHAUSTED);
        assertThat(producer.history())
                .filteredOn(record -> record.topic().equals("dead-letters"))
                .hasSize(1);
    }

    @Test
    void aBatchWhoseResultsAreNotDurableGoesBack() throws Exception {
        producer.sendException = new org.apache.kafka.common.errors.TimeoutException("broker gone");

        FakeDelivery delivery = run(bytes(batch(item("a", inline(good), options(), null))), 1, false, request -> false);

        assertThat(delivery.outcome).isEqualTo("released");
    }

    @Test
    void batchesOfSeveralDeliveriesAreSampledTogetherAndEachEndsForItself() throws Exception {
        byte[] fine = bytes(batch(item("a", inline(good), with(o -> o.setCount(3)), null)));
        byte[] refused = bytes(batch(item("b", inline(new byte[0]), options(), null)));
        List<FakeDelivery> deliveries = List.of(
                new FakeDelivery(fine, 1, false), new FakeDelivery(refused, 1, false), new FakeDelivery(fine, 1, true));

        run(deliveries, request -> false);

        assertThat(deliveries).extracting(delivery -> delivery.outcome).containsOnly("completed");
        assertThat(results())
                .filteredOn(result -> result.getOutcome() instanceof SampledVariation)
                .hasSize(3);
    }

    @Test
    void whatARequestDoesNotSayOfItsGuidanceTheBundleSays(@TempDir Path folder) throws Exception {
        PagesLab.copy(folder);
        Path file = folder.resolve(Bundle.MANIFEST);
        ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        ((ObjectNode) manifest.get("sampling"))
                .put("guidanceScale", 2)
                .put("guidanceFrom", 0.2)
                .put("guidanceTo", 0.8);
        Files.writeString(file, manifest.toString());
        byte[] batch = bytes(batch(
                item("a", inline(good), with(o -> o.setSteps(4)), null),
                item("b", inline(good), with(o -> o.setSteps(4).setGuidanceTo(0.9)), null),
                item("c", inline(good), with(o -> o.setSteps(4).setGuidanceFrom(0.9)), null)));

        try (OnnxBundle guided = OnnxBundle.load(Bundle.read(folder), ExecutionProvider.cpu(2))) {
            served = guided;
            run(batch, 1, false, request -> false);
        }

        Provenance usual = ((SampledVariation) outcome("a")).getProvenance();
        assertThat(List.of(usual.getGuidanceScale(), usual.getGuidanceFrom(), usual.getGuidanceTo()))
                .containsExactly(2.0, 0.2, 0.8);
        Provenance said = ((SampledVariation) outcome("b")).getProvenance();
        assertThat(List.of(said.getGuidanceScale(), said.getGuidanceFrom(), said.getGuidanceTo()))
                .containsExactly(2.0, 0.2, 0.9);
        assertThat(((SamplingFailure) outcome("c")).getMessage()).contains("0.9 to 0.8");
    }

    @Test
    void strengthGuidanceIntervalAndRescaleAreDoneAndRemembered() throws Exception {
        SamplingOptions wanted = with(o -> o.setSteps(4)
                .setGuidanceScale(2.0)
                .setGuidanceFrom(0.2)
                .setGuidanceTo(0.8)
                .setGuidanceRescale(0.5)
                .setStrength(0.5));

        run(bytes(batch(item("a", inline(good), wanted, null))), 1, false, request -> false);

        SampledVariation made = (SampledVariation) outcome("a");
        assertThat(made.getProvenance().getGuidanceFrom()).isEqualTo(0.2);
        assertThat(made.getProvenance().getGuidanceTo()).isEqualTo(0.8);
        assertThat(made.getProvenance().getGuidanceRescale()).isEqualTo(0.5);
        assertThat(made.getProvenance().getStrength()).isEqualTo(0.5);
        byte[] file = ((InlineImage) made.getImage()).getData().array();
        assertThat(ProvenanceEntries.read(ImageMetadata.read(file))).isEqualTo(made.getProvenance());
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
        assertThat(Reproduction.run(bundle, decoder, good, made.getProvenance()).rgb())
                .isEqualTo(decoder.decode(file).rgb());
    }

    @Test
    void whatIsDrawnAnewSaysSoAndIsMadeAgain(@TempDir Path folder) throws Exception {
        Bundle copy = PagesLab.copyWithReader(folder.resolve("reading"), 6, PagesLab.example("house.png"));
        try (OnnxBundle reading = OnnxBundle.load(copy, ExecutionProvider.cpu(2))) {
            served = reading;
            run(
                    bytes(batch(
                            item("a", inline(good), with(o -> o.setCount(8).setSteps(2)), null),
                            item(
                                    "b",
                                    inline(good),
                                    with(o -> o.setCount(8).setSteps(2).setAttempts(1)),
                                    null))),
                    1,
                    false,
                    request -> false);

            List<SampledVariation> patient = made("a");
            List<SampledVariation> first = made("b");
            double wanted = copy.manifest().reader().wantedAgreement();
            assertThat(first.stream().map(SampledVariation::getAgreement))
                    .hasSize(8)
                    .anyMatch(agreement -> agreement < wanted)
                    .anyMatch(agreement -> agreement >= wanted);
            assertThat(first.stream().map(variation -> variation.getProvenance().getAttempt()))
                    .containsOnlyNulls();
            assertThat(patient.stream().map(SampledVariation::getAgreement))
                    .hasSize(8)
                    .allMatch(agreement -> agreement >= wanted);
            assertThat(patient.stream()
                            .map(variation -> variation.getProvenance().getAttempt()))
                    .anyMatch(attempt -> attempt != null && attempt > 1)
                    .anyMatch(attempt -> attempt == null);
            ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
            for (SampledVariation variation : patient) {
                byte[] file = ((InlineImage) variation.getImage()).getData().array();
                assertThat(ProvenanceEntries.read(ImageMetadata.read(file))).isEqualTo(variation.getProvenance());
                assertThat(Reproduction.run(reading, decoder, good, variation.getProvenance())
                                .rgb())
                        .isEqualTo(decoder.decode(file).rgb());
            }
        }
    }

    private List<SampledVariation> made(String imageId) {
        return results().stream()
                .filter(result -> result.getImageId().equals(imageId))
                .map(result -> (SampledVariation) result.getOutcome())
                .toList();
    }

    @Test
    void aTraceGoesOnFromTheEventToEachVariation() throws Exception {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        List<SpanData> finished;
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build()) {
            tracers = provider;
            BatchImage good1 = item("a", inline(good), with(o -> o.setCount(2).setSteps(3)), null);
            good1.setTraceparent("00-" + TRACE + "-00f067aa0ba902b7-01");
            BatchImage refused = item("b", inline(new byte[0]), options(), null);
            refused.setTraceparent("no trace at all");

            run(bytes(batch(good1, refused)), 1, false, request -> false);
            finished = spans.getFinishedSpanItems();
        }

        Map<String, List<SpanData>> traced = finished.stream()
                .filter(span -> span.getTraceId().equals(TRACE))
                .collect(Collectors.groupingBy(SpanData::getName));
        assertThat(traced.keySet())
                .containsExactlyInAnyOrder("process sampler-batches", "wait in queue", "fetch", "decode", "sample");
        SpanData image = traced.get("process sampler-batches").get(0);
        assertThat(image.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(image.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(image.getAttributes().get(AttributeKey.longKey("semantica.steps")))
                .isEqualTo(3);
        assertThat(image.getEvents()).extracting(EventData::getName).containsExactly("encoded");
        assertThat(traced.get("sample")).hasSize(2).allSatisfy(sample -> assertThat(sample.getParentSpanId())
                .isEqualTo(image.getSpanId()));
        assertThat(traceparents("a"))
                .containsExactlyInAnyOrderElementsOf(traced.get("sample").stream()
                        .map(sample -> "00-" + TRACE + "-" + sample.getSpanId() + "-01")
                        .toList());

        List<SpanData> others = finished.stream()
                .filter(span -> !span.getTraceId().equals(TRACE))
                .toList();
        assertThat(others)
                .filteredOn(span -> span.getKind() == SpanKind.CONSUMER)
                .singleElement()
                .satisfies(failed -> {
                    assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
                    assertThat(failed.getAttributes().get(AttributeKey.stringKey("error.type")))
                            .isEqualTo("UNREADABLE_IMAGE");
                });
    }

    @Test
    void withoutTracingATracePassesThroughAsItCame() throws Exception {
        BatchImage image = item("a", inline(good), options(), null);
        image.setTraceparent("00-" + TRACE + "-00f067aa0ba902b7-01");

        run(bytes(batch(image)), 1, false, request -> false);

        assertThat(traceparents("a")).containsOnly("00-" + TRACE + "-00f067aa0ba902b7-01");
    }

    @Test
    void aBatchWaitsForTheRegistryInsteadOfBeingGivenUp() throws Exception {
        try (StandInRegistry registry = new StandInRegistry()) {
            topics = Topics.of(TopicNames.DEFAULT, serdes(registry));
            byte[] value = bytes(batch(item("image", inline(good), options(), null)));
            topics = Topics.of(TopicNames.DEFAULT, serdes(registry));
            registry.refuse(2);

            FakeDelivery delivery = run(value, 1, false, request -> false);

            assertThat(registry.left()).isZero();
            assertThat(delivery.outcome).isEqualTo("completed");
            assertThat(producer.history()).extracting(ProducerRecord::topic).containsOnly("sampler-results");
            assertThat(results()).extracting(SamplerResult::getImageId).containsOnly("image");
        }
    }

    @Test
    void aResultWaitsForTheRegistryInsteadOfBeingSampledAgain() throws Exception {
        try (StandInRegistry registry = new StandInRegistry()) {
            topics = Topics.of(TopicNames.DEFAULT, serdes(registry));
            byte[] value = bytes(batch(item("image", inline(good), options(), null)));
            topics.samplerBatches().valueSerde().deserializer().deserialize("sampler-batches", value);
            registry.refuse(5);

            FakeDelivery delivery = run(value, 1, false, request -> false);

            assertThat(registry.left()).isZero();
            assertThat(delivery.outcome).isEqualTo("completed");
            assertThat(results()).extracting(SamplerResult::getImageId).containsOnly("image");
        }
    }

    @Test
    void aWorkerClosesDuringAnOutageAndGivesItsBatchBack() throws Exception {
        try (StandInRegistry registry = new StandInRegistry()) {
            topics = Topics.of(TopicNames.DEFAULT, serdes(registry));
            byte[] value = bytes(batch(item("image", inline(good), options(), null)));
            topics = Topics.of(TopicNames.DEFAULT, serdes(registry));
            registry.refuse(Integer.MAX_VALUE);
            FakeDelivery delivery = new FakeDelivery(value, 1, false);

            SamplerWorker worker = start(List.of(delivery), request -> false);
            registry.awaitRefusal();
            while (worker.load().registryWaits() == 0) {
                Thread.onSpinWait();
            }
            assertThat(worker.load().registryWaits()).isEqualTo(1);
            worker.close();

            delivery.awaitOutcome();
            assertThat(delivery.outcome).isEqualTo("released");
            assertThat(worker.load().registryWaits()).isZero();
            assertThat(producer.history()).isEmpty();
        }
    }

    @Test
    void onlyVariationsThatHaveAPlaceCountAsMade() throws Exception {
        List<String> counted = new CopyOnWriteArrayList<>();
        listener = new WorkerListener() {
            @Override
            public void variationMade() {
                counted.add("made");
            }

            @Override
            public void failed(FailureReason reason, int variations) {
                counted.add(reason.name());
            }
        };
        byte[] value = bytes(batch(item("a", inline(good), options(), null)));

        run(value, 1, false, request -> false);
        assertThat(counted).containsExactly("made");

        counted.clear();
        claimCheck = ClaimCheck.none(64 * 1024 + 1);
        run(value, 1, false, request -> false);
        assertThat(counted).containsExactly("IMAGE_TOO_LARGE");
        assertThat(results()).last().satisfies(result -> assertThat(((SamplingFailure) result.getOutcome()).getReason())
                .isEqualTo(FailureReason.IMAGE_TOO_LARGE));
    }

    @Test
    void whoClosesAWorkerThatIsBeingClosedWaitsUntilThatIsDone() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        owned.push(() -> {
            closing.countDown();
            go.await();
        });
        SamplerWorker worker = start(List.of(), request -> false);
        Thread first = new Thread(worker::close, "first");
        FutureTask<Void> end = new FutureTask<>(() -> {
            worker.awaitEnd();
            return null;
        });
        List<Thread> others = List.of(new Thread(worker::close, "second"), new Thread(end, "waiting"));

        first.start();
        closing.await();
        for (Thread other : others) {
            other.start();
            while (other.getState() != Thread.State.BLOCKED && other.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(other.isAlive()).as(other.getName()).isTrue();
        }
        go.countDown();
        first.join();
        end.get();
        worker.close();
    }

    @Test
    void aDeadLetterOfTheLargestBatchHasRoomForItsReason() {
        int largest = 100 << 20;

        Map<String, Object> settings = SamplerWorker.producerSettings(Map.of("client.id", "w"), largest);

        assertThat(settings).containsEntry("client.id", "w").containsEntry("max.request.size", largest + 64 * 1024);
        assertThat((Long) settings.get("buffer.memory")).isGreaterThan(largest + 64 * 1024);
        assertThat(SamplerWorker.producerSettings(Map.of(), 1 << 20)).containsEntry("buffer.memory", 32L << 20);
    }

    @Test
    void aVariationNamesTheEngineOfTheDeviceThatMadeIt() throws Exception {
        CountDownLatch otherDone = new CountDownLatch(1);
        listener = new WorkerListener() {
            @Override
            public void variationMade() {
                otherDone.countDown();
            }
        };
        // The first device is at work until the second has done what it was given meanwhile.
        devices = List.of(device("first", otherDone), device("second", new CountDownLatch(0)));

        run(
                bytes(batch(item("a", inline(good), options(), null), item("b", inline(good), options(), null))),
                1,
                false,
                request -> false);

        assertThat(((SampledVariation) outcome("a")).getProvenance().getEngine())
                .isEqualTo("first");
        assertThat(((SampledVariation) outcome("b")).getProvenance().getEngine())
                .isEqualTo("second");
    }

    /** The bundle on a device that waits before it works. */
    private LoadedBundle device(String engine, CountDownLatch before) {
        return (LoadedBundle) Proxy.newProxyInstance(
                LoadedBundle.class.getClassLoader(),
                new Class<?>[] {LoadedBundle.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("engine")) {
                        return engine;
                    }
                    if (method.getName().equals("encode")) {
                        before.await();
                    }
                    return method.invoke(bundle, arguments);
                });
    }

    private List<String> traceparents(String imageId) {
        return producer.history().stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(imageId))
                .map(record ->
                        new String(record.headers().lastHeader("traceparent").value(), StandardCharsets.US_ASCII))
                .toList();
    }

    private FakeDelivery run(byte[] value, int count, boolean last, RequestStates states) throws Exception {
        FakeDelivery delivery = new FakeDelivery(value, count, last);
        run(List.of(delivery), states);
        return delivery;
    }

    private void run(List<FakeDelivery> deliveries, RequestStates states) throws Exception {
        SamplerWorker worker = start(deliveries, states);
        for (FakeDelivery delivery : deliveries) {
            delivery.awaitOutcome();
        }
        assertThat(worker.failure()).isNull();
        worker.close();
    }

    /** Serdes that have asked it for nothing yet, and ask once before they say that it is away. */
    private static AvroSerdes serdes(StandInRegistry registry) {
        return new AvroSerdes(Map.of("schema.registry.url", registry.url(), "max.retries", 0));
    }

    private static RegistryWait soon() {
        return new RegistryWait(Duration.ofMillis(10));
    }

    private SamplerWorker start(List<FakeDelivery> deliveries, RequestStates states) {
        return new SamplerWorker(
                topics,
                WorkerConfig.from(Map.of("bundles", PagesLab.DIRECTORY.toString())),
                Map.of("pages-lab", devices == null ? List.of(served) : devices),
                new SourceImages(List.of(), 1 << 20),
                new FakeQueue(deliveries),
                states,
                new ClaimCheckedResults(claimCheck, new KafkaResults(topics, waits.results(), producer)),
                waits,
                InstantSource.fixed(NOW),
                listener,
                tracers.get("test"),
                owned);
    }

    private List<SamplerResult> results() {
        List<SamplerResult> results = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            if (record.topic().equals("sampler-results")) {
                results.add(topics.samplerResults()
                        .valueSerde()
                        .deserializer()
                        .deserialize(record.topic(), record.value()));
            }
        }
        return results;
    }

    private Object outcome(String imageId) {
        return results().stream()
                .filter(result -> result.getImageId().equals(imageId))
                .findFirst()
                .orElseThrow()
                .getOutcome();
    }

    private byte[] bytes(SamplerBatch batch) {
        return topics.samplerBatches().valueSerde().serializer().serialize("sampler-batches", batch);
    }

    private static SamplerBatch batch(BatchImage... images) {
        return SamplerBatch.newBuilder()
                .setBatchId("batch")
                .setRequestId("request")
                .setOriginPartition(PARTITION)
                .setPriority(Priority.BULK)
                .setCreatedAt(NOW)
                .setImages(List.of(images))
                .build();
    }

    private static BatchImage item(String id, Object image, SamplingOptions options, Instant deadline) {
        return BatchImage.newBuilder()
                .setImageId(id)
                .setImage(image)
                .setOptions(options)
                .setDeadline(deadline)
                .build();
    }

    private static Arguments bad(
            String name, Object image, SamplingOptions options, Instant deadline, FailureReason reason) {
        return Arguments.of(name, image, options, deadline, reason);
    }

    private static SamplingOptions options() {
        return with(builder -> {});
    }

    private static SamplingOptions with(java.util.function.Consumer<SamplingOptions.Builder> change) {
        SamplingOptions.Builder builder =
                SamplingOptions.newBuilder().setSeed(1L).setSteps(2);
        change.accept(builder);
        return builder.build();
    }

    private static InlineImage inline(byte[] data) {
        return new InlineImage(ByteBuffer.wrap(data), null);
    }

    private static ImageReference reference(String uri) {
        return ImageReference.newBuilder().setUri(uri).setSha256("0".repeat(64)).build();
    }

    /** A PNG that promises more than it holds. */
    private static byte[] pngHeader(int width, int height) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(chunk);
        data.writeBytes("IHDR");
        data.writeInt(width);
        data.writeInt(height);
        data.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(chunk.toByteArray());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.writeLong(0x89504E470D0A1A0AL);
        out.writeInt(13);
        out.write(chunk.toByteArray());
        out.writeInt((int) crc.getValue());
        return file.toByteArray();
    }
}
