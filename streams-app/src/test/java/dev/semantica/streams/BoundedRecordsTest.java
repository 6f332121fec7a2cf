package dev.semantica.streams;

import static dev.semantica.streams.TopologyFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.VariationFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that comes in makes a record that is too large to be written. */
class BoundedRecordsTest {

    private static final String LONG = "x".repeat(100_000);
    private static final ByteBuffer BYTES = ByteBuffer.wrap(new byte[] {1});

    @TempDir
    Path directory;

    private TopologyFixture topology;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(directory, Map.of("topics.max.message.bytes", "262144"));
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void aLongMediaTypeIsRefused() {
        refused(new InlineImage(BYTES, LONG), "mediaType");
        refused(new ImageReference("file:///a", "a".repeat(64), null, LONG), "mediaType");
    }

    @Test
    void aLongUriIsRefused() {
        refused(new ImageReference("file:///" + LONG, "a".repeat(64), null, null), "uri");
        refused(new ImageReference("not absolute" + "x".repeat(4000), "a".repeat(64), null, null), "uri");
        refused(new ImageReference("x".repeat(4000), "a".repeat(64), null, null), "uri");
    }

    @Test
    void aMessageQuotesTheBeginningOfWhatIsLong() {
        topology.send(event("r", "a")
                .setOptions(SamplingOptions.newBuilder().setScheduler(LONG).build())
                .build());

        assertThat(topology.failures.readValue().getMessage())
                .hasSizeLessThan(300)
                .contains("100000 characters");
    }

    @Test
    void whatIsAsLongAsItMayIsTaken() {
        topology.send(event("r", "a")
                .setRequestImages(2)
                .setImage(new InlineImage(BYTES, "x".repeat(255)))
                .build());
        topology.send(event("r", "b")
                .setRequestImages(2)
                .setImage(new ImageReference("file:///" + "x".repeat(4088), "a".repeat(64), null, "x".repeat(255)))
                .build());

        assertThat(topology.batches.readValue().getImages()).hasSize(2);
    }

    @Test
    void everyHeaderCountsAlsoOneWithoutKeyAndValue() {
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < 2049; i++) {
            headers.add("", null);
        }
        topology.events.pipeInput(new TestRecord<>("a", event("r", "a").build(), headers));

        VariationFailure failure = topology.failures.readValue();
        assertThat(failure.getReason()).isEqualTo(FailureReason.INVALID_EVENT);
        assertThat(failure.getMessage()).contains("record headers");
    }

    @Test
    void attributesCountInBytes() {
        topology.send(
                event("r", "a").setAttributes(Map.of("k", "€".repeat(6000))).build());

        assertThat(topology.failures.readValue().getMessage()).contains("attributes");
    }

    @Test
    void theReasonOfAControlIsBounded() {
        topology.controls.pipeInput("r", new RequestControl("r", ControlAction.CANCEL, null, "x".repeat(1001)));
        assertThat(topology.deadLetters.readRecord().headers().lastHeader("__streams.errors.message"))
                .satisfies(message -> assertThat(new String(message.value(), StandardCharsets.UTF_8))
                        .contains("reason must have at most 1000 characters, but has 1001"));

        topology.controls.pipeInput("r", new RequestControl("r", ControlAction.CANCEL, null, "x".repeat(1000)));
        assertThat(topology.lastStatus("r").getState()).isEqualTo(RequestState.CANCELLED);
    }

    @Test
    void theMessageOfASamplerIsCut() {
        topology.send(event("r", "a").build());
        topology.results.pipeInput(
                "a", new SamplerResult("r", "a", "b", new SamplingFailure(null, FailureReason.ENGINE_ERROR, LONG)));

        assertThat(topology.failures.readValue())
                .extracting(VariationFailure::getMessage, STRING)
                .hasSize(4096);
    }

    @Test
    void aDeadLetterThatWouldBeTooLargeLeavesItsRecordOut() {
        topology.sendRaw("image-events", "k", new byte[400_000]);

        // Unreadable ones do not reach the outputs of the test driver.
        assertThat(topology.dropped()).isEqualTo(1);

        RecordHeaders headers = new RecordHeaders();
        headers.add("large", new byte[400_000]);
        topology.events.pipeInput(new TestRecord<>("a", event(LONG, "a").build(), headers));

        TestRecord<byte[], byte[]> letter = topology.deadLetters.readRecord();
        assertThat(letter.value()).isNull();
        assertThat(letter.headers().lastHeader("large")).isNull();
        assertThat(letter.headers().lastHeader("__streams.errors.offset")).isNotNull();
        assertThat(letter.headers().lastHeader(DeadLetters.CUT)).isNotNull();
    }

    @Test
    void aBatchCountsAllThatItHolds() throws Exception {
        SamplingOptions most = SamplingOptions.newBuilder()
                .setCount(Integer.MAX_VALUE)
                .setFirstIndex(Integer.MIN_VALUE)
                .setSeed(Long.MIN_VALUE)
                .setGuidanceScale(1.0)
                .setSteps(Integer.MIN_VALUE)
                .setScheduler("ddim")
                .setBundle("€")
                .setGuidanceFrom(1.0)
                .setGuidanceTo(1.0)
                .setGuidanceRescale(1.0)
                .setStrength(1.0)
                .setAttempts(Integer.MIN_VALUE)
                .build();
        for (Object image : new Object[] {
            new InlineImage(ByteBuffer.allocate(5000), "€".repeat(255)),
            new ImageReference("€".repeat(4096), "a".repeat(64), Long.MIN_VALUE, "€".repeat(255))
        }) {
            BatchImage whole =
                    new BatchImage("€".repeat(500), image, most, Instant.ofEpochMilli(Long.MAX_VALUE), "t".repeat(255));

            int written = BatchImage.getEncoder().encode(whole).remaining();

            assertThat(Batcher.bytes(whole)).isBetween((long) written, written + 100L);
        }
    }

    private void refused(Object image, String field) {
        topology.send(event("r", field + image.hashCode()).setImage(image).build());
        VariationFailure failure = topology.failures.readValue();
        assertThat(failure.getReason()).isEqualTo(FailureReason.INVALID_EVENT);
        assertThat(failure.getMessage()).contains(field).hasSizeLessThan(400);
    }
}
