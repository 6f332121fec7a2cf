package dev.semantica.console.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.console.cluster.Claims;
import dev.semantica.console.config.ClaimCheckConfig;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import dev.semantica.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {

    private final Topics topics =
            Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://submission")));
    private final MockProducer<String, RequestControl> controls = new MockProducer<>(
            true,
            null,
            new StringSerializer(),
            topics.requestControls().valueSerde().serializer());
    private final RequestTracker tracker = new RequestTracker();
    private final List<FailureLine> failures = new ArrayList<>();

    @TempDir
    private Path folder;

    /** Refuses some images later, as brokers do whose topics take less than the producer thinks. */
    private MockProducer<String, ImageEvent> refusing(List<String> ids) {
        return new MockProducer<>(
                true,
                null,
                new StringSerializer(),
                topics.imageEvents().valueSerde().serializer()) {
            private final List<Callback> refused = new ArrayList<>();

            @Override
            public synchronized Future<RecordMetadata> send(
                    ProducerRecord<String, ImageEvent> event, Callback callback) {
                if (ids.contains(event.key())) {
                    refused.add(callback);
                    return null;
                }
                return super.send(event, callback);
            }

            @Override
            public synchronized void flush() {
                super.flush();
                refused.forEach(callback -> callback.onCompletion(null, new RecordTooLargeException("too large")));
                refused.clear();
            }
        };
    }

    private void submit(List<String> refused) throws IOException {
        List<SourceImage> sources = new ArrayList<>();
        for (String name : List.of("a.png", "b.png", "c.png")) {
            sources.add(new SourceImage(Files.write(folder.resolve(name), new byte[10]), name, null));
        }
        RunSettings settings = new RunSettings(1, null, null, null, null, null, null, null, null, null);
        try (Claims claims = new Claims(new ClaimCheckConfig(StoreConfig.from(Map.of()), null, 10, null))) {
            new Submission(topics, refusing(refused), controls, 1 << 20, claims)
                    .send(
                            sources,
                            2,
                            new ImageEvents("request", 3, settings, Priority.BULK),
                            Existing.NONE,
                            tracker,
                            () -> false,
                            failures::add);
        }
    }

    @Test
    void whatTheBrokersRefuseIsNotPromised() throws Exception {
        submit(List.of("b.png"));

        assertThat(controls.history()).singleElement().satisfies(control -> {
            assertThat(control.value().getAction()).isEqualTo(ControlAction.CLOSE);
            assertThat(control.value().getRequestImages()).isEqualTo(2);
        });
        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure.reason())
                .isEqualTo(FailureReason.IMAGE_TOO_LARGE.name()));
        assertThat(tracker.failed()).isEqualTo(2);
    }

    @Test
    void aRequestOfWhichNothingArrivedIsNotClosed() throws Exception {
        submit(List.of("a.png", "b.png", "c.png"));

        assertThat(controls.history()).isEmpty();
        assertThat(tracker.complete()).isTrue();
    }
}
