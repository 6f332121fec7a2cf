package dev.semantica.streams;

import static dev.semantica.streams.TopologyFixture.event;
import static dev.semantica.streams.TopologyFixture.failed;
import static dev.semantica.streams.TopologyFixture.made;
import static dev.semantica.streams.TopologyFixture.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.FailureStage;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SemanticaTopologyTest {

    private static final Duration LINGER = Duration.ofMillis(150);

    @TempDir
    Path directory;

    private TopologyFixture topology;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(
                directory,
                Map.of(
                        "batch.max.variations", "6",
                        "batch.max.bytes", "600",
                        "batch.linger.ms", "100",
                        "image.max.count", "50",
                        "image.max.bytes", "60",
                        "request.timeout.ms", "60000",
                        "dedupe.retention.ms", "60000"));
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void collectsABatchUntilItHoldsEnoughVariations() {
        topology.send(event("r", "a").build());
        topology.send(event("r", "b").build());
        assertThat(topology.batches.isEmpty()).isTrue();

        topology.send(event("r", "c").build());

        SamplerBatch batch = topology.batches.readValue();
        assertThat(batch.getImages()).extracting(BatchImage::getImageId).containsExactly("a", "b", "c");
        assertThat(batch.getBatchId()).isEqualTo("r:0:0");
        assertThat(batch.getOriginPartition()).isZero();
    }

    @Test
    void sendsABatchBeforeItGetsTooLarge() {
        InlineImage large = new InlineImage(ByteBuffer.allocate(60), "image/" + "x".repeat(100));
        topology.send(event("r", "a").setImage(large).setOptions(options(1)).build());
        topology.send(event("r", "b").setImage(large).setOptions(options(1)).build());

        assertThat(topology.batches.readValue().getImages()).hasSize(1);
        assertThat(topology.batches.isEmpty()).isTrue();
    }

    @Test
    void sendsWhatWaitedLongEnough() {
        topology.send(event("r", "a").build());

        topology.advance(LINGER);

        assertThat(topology.batches.readValue().getImages()).hasSize(1);
    }

    @Test
    void sendsAtOnceWhenTheRequestIsComplete() {
        topology.send(event("r", "a").setRequestImages(1).build());

        assertThat(topology.batches.readValue().getImages()).hasSize(1);
    }

    @Test
    void tellsOfSeveralRequestsThatGoOnAtTheSameTime() {
        List<String> requests = List.of("r", "s", "t");
        for (String image : List.of("a", "b")) {
            requests.forEach(request -> topology.send(event(request, image).build()));
            topology.advance(LINGER);
            topology.answerBatches();
        }
        topology.advance(Duration.ofMillis(200));
        topology.advance(Duration.ofMillis(200));

        Map<String, RequestStatus> last = new HashMap<>();
        topology.statuses.readValuesToList().forEach(status -> last.put(status.getRequestId(), status));
        assertThat(last).containsOnlyKeys(requests).allSatisfy((request, status) -> assertThat(
                        status.getVariationsMade())
                .isEqualTo(4));
    }

    @Test
    void doesNotMixRequestsOrBundles() {
        topology.send(event("r", "a").build());
        topology.send(event("s", "a").build());
        topology.send(event("r", "b")
                .setOptions(SamplingOptions.newBuilder()
                        .setCount(2)
                        .setBundle("other")
                        .build())
                .build());
        topology.advance(LINGER);

        assertThat(topology.batches.readValuesToList()).hasSize(3).allSatisfy(batch -> assertThat(batch.getImages())
                .hasSize(1));
    }

    @Test
    void givesAnImageWithoutASeedOneOfItsOwn() {
        topology.send(event("r", "a").setRequestImages(1).build());
        topology.send(event("s", "a").setRequestImages(1).build());
        topology.send(event("t", "b").setRequestImages(1).build());

        List<Long> seeds = topology.batches.readValuesToList().stream()
                .map(batch -> batch.getImages().get(0).getOptions().getSeed())
                .toList();
        assertThat(seeds.get(0)).isEqualTo(seeds.get(1)).isNotEqualTo(seeds.get(2));
    }

    @Test
    void theTraceOfAResultGoesOnToWhatItBecomes() {
        topology.sendTraced(event("r", "a").build(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        String made = "00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01";
        String failed = "00-4bf92f3577b34da6a3ce929d0e0e4736-2222222222222222-01";

        topology.answerTraced(TopologyFixture.made("r", "a", 0), made);
        topology.answerTraced(TopologyFixture.failed("r", "a", 1), failed);

        assertThat(topology.variations.readRecord().headers().headers("traceparent"))
                .extracting(header -> new String(header.value(), StandardCharsets.US_ASCII))
                .containsExactly(made);
        assertThat(topology.failures.readRecord().headers().headers("traceparent"))
                .extracting(header -> new String(header.value(), StandardCharsets.US_ASCII))
                .containsExactly(failed);
    }

    @Test
    void publishesVariationsWithLabelAttributesAndHeaders() {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        topology.sendTraced(
                event("r", "a")
                        .setRequestImages(1)
                        .setLabel("cat")
                        .setAttributes(Map.of("path", "cats/a.png"))
                        .build(),
                trace);
        SamplerBatch batch = topology.batches.readValue();
        assertThat(batch.getImages().get(0).getTraceparent()).isEqualTo(trace);

        topology.answer(batch);

        List<TestRecord<String, Variation>> records = topology.variations.readRecordsToList();
        assertThat(records).hasSize(2);
        assertThat(records).allSatisfy(record -> {
            assertThat(record.key()).isEqualTo("a");
            assertThat(record.value().getLabel()).isEqualTo("cat");
            assertThat(record.value().getAgreement()).isEqualTo(0.75);
            assertThat(record.value().getAttributes()).containsEntry("path", "cats/a.png");
            assertThat(new String(record.headers().lastHeader("traceparent").value(), StandardCharsets.US_ASCII))
                    .isEqualTo(trace);
            assertThat(record.headers().lastHeader("team")).isNotNull();
        });
        RequestStatus status = topology.lastStatus("r");
        assertThat(status.getState()).isEqualTo(RequestState.COMPLETED);
        assertThat(status.getVariationsMade()).isEqualTo(2);
    }

    @Test
    void aReplayedTopicAndRedeliveredResultsHaveNoSecondEffect() {
        for (int round = 0; round < 3; round++) {
            topology.send(event("r", "a").setRequestImages(2).build());
            topology.send(event("r", "b").setRequestImages(2).build());
            topology.advance(LINGER);
        }
        List<SamplerBatch> batches = topology.batches.readValuesToList();
        assertThat(batches.stream().mapToInt(batch -> batch.getImages().size()).sum())
                .isEqualTo(2);

        batches.forEach(topology::answer);
        batches.forEach(topology::answer);
        topology.send(event("r", "a").setRequestImages(2).build());
        topology.advance(LINGER);

        assertThat(topology.variations.readValuesToList()).hasSize(4);
        assertThat(topology.batches.isEmpty()).isTrue();
        RequestStatus status = topology.lastStatus("r");
        assertThat(status.getImages()).isEqualTo(2);
        assertThat(status.getState()).isEqualTo(RequestState.COMPLETED);
    }

    @Test
    void aFailedImageEndsAloneAndTheRequestIsPartial() {
        topology.send(event("r", "a").setRequestImages(2).build());
        topology.send(event("r", "b").setRequestImages(2).build());
        topology.results.pipeInput("a", made("r", "a", 0));
        topology.results.pipeInput("a", failed("r", "a", null));
        topology.results.pipeInput("a", failed("r", "a", null));
        topology.results.pipeInput("a", made("r", "a", 1));
        topology.results.pipeInput("b", made("r", "b", 0));
        topology.results.pipeInput("b", made("r", "b", 1));

        VariationFailure failure = topology.failures.readValue();
        assertThat(failure.getVariations()).isEqualTo(1);
        assertThat(failure.getReason()).isEqualTo(FailureReason.UNREADABLE_IMAGE);
        assertThat(failure.getStage()).isEqualTo(FailureStage.SAMPLER);
        assertThat(topology.failures.isEmpty()).isTrue();
        assertThat(topology.variations.readValuesToList()).hasSize(3);
        RequestStatus status = topology.lastStatus("r");
        assertThat(status.getState()).isEqualTo(RequestState.PARTIAL);
        assertThat(status.getVariationsMade() + status.getVariationsFailed()).isEqualTo(status.getVariationsWanted());
        assertThat(status.getFailures()).containsExactly(Map.entry("UNREADABLE_IMAGE", 1L));
    }

    @Test
    void anInvalidEventEndsAsOneFailureThatNamesEveryProblem() {
        SamplingOptions wrong = SamplingOptions.newBuilder()
                .setCount(51)
                .setFirstIndex(-1)
                .setSteps(0)
                .setGuidanceScale(Double.NaN)
                .setGuidanceFrom(0.9)
                .setGuidanceTo(0.1)
                .setGuidanceRescale(2.0)
                .setStrength(0.0)
                .setAttempts(17)
                .setScheduler("magic")
                .setBundle("../../etc")
                .build();
        topology.send(event("r", "a")
                .setOptions(wrong)
                .setRequestImages(1)
                .setImage(new ImageReference("not a uri", "short", null, null))
                .build());

        VariationFailure failure = topology.failures.readValue();
        assertThat(failure.getReason()).isEqualTo(FailureReason.INVALID_EVENT);
        assertThat(failure.getMessage())
                .contains("count must be from 1 to 50, but is 51")
                .contains("firstIndex")
                .contains("steps must be from 1")
                .contains("guidanceScale")
                .contains("guidanceFrom and guidanceTo must lie within 0 to 1")
                .contains("guidanceRescale must be from 0 to 1, but is 2.0")
                .contains("strength must be greater than 0")
                .contains("attempts must be from 1 to 16, but is 17")
                .contains("'magic'")
                .contains("bundle")
                .contains("sha256")
                .contains("uri");
        topology.advance(LINGER);
        assertThat(topology.batches.isEmpty()).isTrue();
        assertThat(topology.lastStatus("r").getState()).isEqualTo(RequestState.FAILED);
    }

    @Test
    void anEmptyOrOversizedImageIsRefused() {
        topology.send(event("r", "a")
                .setImage(new InlineImage(ByteBuffer.allocate(0), null))
                .build());
        topology.send(event("r", "b")
                .setImage(new InlineImage(ByteBuffer.allocate(61), null))
                .build());

        assertThat(topology.failures.readValuesToList())
                .extracting(VariationFailure::getMessage)
                .satisfiesExactly(first -> assertThat(first).contains("empty"), second -> assertThat(second)
                        .contains("61 bytes"));
    }

    @Test
    void recordsThatMeanNothingGoToTheDeadLetters() {
        topology.send(event("", "a").build());
        topology.send(event("r\n", "a").build());
        topology.results.pipeInput("a", made("r", "unknown", 0));
        topology.send(event("r", "a").setRequestImages(1).build());
        topology.results.pipeInput("a", made("r", "a", 7));

        List<TestRecord<byte[], byte[]>> letters = topology.deadLetters.readRecordsToList();
        assertThat(letters).hasSize(4);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.headers().lastHeader("__streams.errors.exception"))
                    .isNotNull();
            assertThat(letter.headers().lastHeader("__streams.errors.message")).isNotNull();
            assertThat(letter.headers().lastHeader("__streams.errors.topic")).isNotNull();
        });
        assertThat(topology.batches.readValuesToList()).hasSize(1);
    }

    @Test
    void cancelEndsWhatWaitsAndWhatComesLater() {
        topology.send(event("r", "a").build());
        topology.controls.pipeInput("r", new RequestControl("r", ControlAction.CANCEL, null, "changed my mind"));
        topology.advance(LINGER);
        topology.send(event("r", "b").build());
        topology.advance(LINGER);

        assertThat(topology.batches.isEmpty()).isTrue();
        assertThat(topology.failures.readValuesToList())
                .extracting(VariationFailure::getReason)
                .containsExactly(FailureReason.CANCELLED, FailureReason.CANCELLED);
        RequestStatus status = topology.lastStatus("r");
        assertThat(status.getState()).isEqualTo(RequestState.CANCELLED);
        assertThat(status.getReason()).isEqualTo("changed my mind");
        assertThat(status.getVariationsFailed()).isEqualTo(4);
    }

    @Test
    void closeSaysHowManyImagesThereAre() {
        topology.send(event("r", "a").build());
        topology.advance(LINGER);
        topology.answerBatches();
        assertThat(topology.lastStatus("r").getState()).isEqualTo(RequestState.RUNNING);

        topology.controls.pipeInput("r", new RequestControl("r", ControlAction.CLOSE, 1, null));

        assertThat(topology.lastStatus("r").getState()).isEqualTo(RequestState.COMPLETED);
    }

    @Test
    void aDeadlineEndsWhatIsLate() {
        topology.send(event("r", "past")
                .setDeadline(TopologyFixture.START.minusSeconds(1))
                .build());
        topology.send(event("r", "soon")
                .setDeadline(TopologyFixture.START.plusSeconds(5))
                .build());
        assertThat(topology.failures.readValue().getReason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
        topology.advance(Duration.ofSeconds(6));

        VariationFailure late = topology.failures.readValue();
        assertThat(late.getImageId()).isEqualTo("soon");
        assertThat(late.getReason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
        assertThat(late.getStage()).isEqualTo(FailureStage.EXPIRY);
        topology.results.pipeInput("soon", made("r", "soon", 0));
        assertThat(topology.variations.isEmpty()).isTrue();
    }

    @Test
    void anImageThatNobodyAnswersTimesOutAndIsForgottenInTheEnd() {
        topology.send(event("r", "a").setRequestImages(1).build());
        topology.advance(Duration.ofSeconds(61));
        assertThat(topology.failures.readValue().getReason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(topology.lastStatus("r").getState()).isEqualTo(RequestState.FAILED);
        topology.batches.readValuesToList();

        topology.advance(Duration.ofSeconds(200));
        topology.advance(Duration.ofSeconds(200));
        assertThat(topology.statuses.readKeyValuesToList())
                .anySatisfy(entry -> assertThat(entry.value).isNull());
        topology.send(event("r", "a").setRequestImages(1).build());
        assertThat(topology.batches.readValuesToList()).hasSize(1);
    }
}
