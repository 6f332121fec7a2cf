package dev.semantica.console.augment;

import dev.semantica.console.cluster.Claims;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.terminal.Progress;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * One run of {@code augment}: sends the pictures as one request and writes what comes back, until all has ended or the
 * run is stopped.
 */
final class AugmentRun {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Connection connection;
    private final OutputFolder output;
    private final List<SourceImage> sources;
    private final int variations;
    private final ImageEvents request;
    private final Supplier<String> trouble;
    private final RequestTracker tracker = new RequestTracker();
    private final List<FailureLine> failures = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<Exception> submissionFailure = new AtomicReference<>();

    /**
     * Prepares a run.
     *
     * @param trouble null, or why no more results will come (the embedded cluster failed)
     */
    AugmentRun(
            Connection connection,
            OutputFolder output,
            List<SourceImage> sources,
            int variations,
            ImageEvents request,
            Supplier<String> trouble) {
        this.connection = connection;
        this.output = output;
        this.sources = sources;
        this.variations = variations;
        this.request = request;
        this.trouble = trouble;
    }

    /** Ends the run early; what is written stays, and is whole. */
    void stop() {
        stopped.set(true);
    }

    /** What could not be made. */
    List<FailureLine> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    /** Variations written in this run. */
    int made() {
        return tracker.made();
    }

    /** Whether the run ended before its request did. */
    boolean interrupted() {
        return !tracker.complete();
    }

    /**
     * Runs to the end.
     *
     * @param progress shown after every poll
     * @param firstWritten run once, when the first variation is on disk
     * @throws IOException if the cluster fails or the folder cannot be written
     */
    void run(Progress progress, Runnable firstWritten) throws IOException {
        Topics topics = connection.topics();
        try (Consumer<String, byte[]> reader = connection.reader();
                Producer<String, dev.semantica.schemas.ImageEvent> events = connection.producer(topics.imageEvents());
                Producer<String, dev.semantica.schemas.RequestControl> controls =
                        connection.producer(topics.requestControls());
                Claims claims = new Claims(connection.config().claims())) {
            seekToEnd(reader);
            Submission submission =
                    new Submission(topics, events, controls, connection.config().maxMessageBytes(), claims);
            Thread submitter = new Thread(() -> submit(submission), "augment-submission");
            submitter.setDaemon(true);
            submitter.start();
            try {
                receive(reader, claims, progress, firstWritten);
            } finally {
                if (interrupted()) {
                    submission.cancel(request.requestId(), "augment was stopped");
                }
            }
        }
    }

    private void submit(Submission submission) {
        try {
            submission.send(sources, variations, request, output, tracker, stopped::get, failures::add);
        } catch (IOException | RuntimeException e) {
            submissionFailure.set(e);
        }
    }

    private void receive(Consumer<String, byte[]> reader, Claims claims, Progress progress, Runnable firstWritten)
            throws IOException {
        boolean first = true;
        while (!tracker.complete() && !stopped.get()) {
            if (submissionFailure.get() != null) {
                throw new IOException(submissionFailure.get().getMessage(), submissionFailure.get());
            }
            String why = trouble.get();
            if (why != null) {
                throw new IOException(why);
            }
            for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
                receive(record, claims);
            }
            if (first && tracker.made() > 0) {
                first = false;
                firstWritten.run();
            }
            progress.show(tracker.made() + tracker.failed(), tracker.failed() == 0 ? "" : tracker.failed() + " failed");
        }
    }

    private void receive(ConsumerRecord<String, byte[]> record, Claims claims) throws IOException {
        Topics topics = connection.topics();
        if (record.topic().equals(topics.variations().name())) {
            Variation variation =
                    topics.variations().valueSerde().deserializer().deserialize(record.topic(), record.value());
            if (variation.getRequestId().equals(request.requestId())) {
                write(variation, claims);
            }
        } else {
            VariationFailure failure =
                    topics.variationFailures().valueSerde().deserializer().deserialize(record.topic(), record.value());
            if (failure.getRequestId().equals(request.requestId())) {
                int count = tracker.failed(
                        failure.getImageId(),
                        failure.getIndex(),
                        failure.getReason().name());
                if (count > 0) {
                    failures.add(new FailureLine(
                            failure.getImageId(),
                            failure.getIndex(),
                            count,
                            failure.getReason().name(),
                            failure.getMessage()));
                }
            }
        }
    }

    private void write(Variation variation, Claims claims) throws IOException {
        InlineImage image;
        try {
            image = claims.checkOut(variation.getImage());
        } catch (IOException e) {
            String reason = FailureReason.REFERENCE_UNAVAILABLE.name();
            tracker.failed(variation.getImageId(), variation.getIndex(), reason);
            failures.add(new FailureLine(variation.getImageId(), variation.getIndex(), 1, reason, e.getMessage()));
            return;
        }
        output.write(variation, image);
        tracker.made(variation.getImageId(), variation.getIndex());
    }

    /** Only what comes from now on can belong to this run; the positions are fixed before anything is sent. */
    private void seekToEnd(Consumer<String, byte[]> reader) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(
                connection.topics().variations().name(),
                connection.topics().variationFailures().name())) {
            reader.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        reader.assign(partitions);
        reader.seekToEnd(partitions);
        partitions.forEach(reader::position);
    }
}
