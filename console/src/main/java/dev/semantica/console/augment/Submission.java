package dev.semantica.console.augment;

import dev.semantica.console.cluster.Claims;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.Topics;
import dev.semantica.store.ObjectStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Sends the pictures of a run, each with the variations that its folder still lacks. */
final class Submission {

    /** Room in a record beside the image: ids, options, Avro framing. */
    private static final int RECORD_OVERHEAD = 4096;

    private final Topics topics;
    private final Producer<String, ImageEvent> events;
    private final Producer<String, RequestControl> controls;
    private final int maxMessageBytes;
    private final Claims claims;

    Submission(
            Topics topics,
            Producer<String, ImageEvent> events,
            Producer<String, RequestControl> controls,
            int maxMessageBytes,
            Claims claims) {
        this.topics = topics;
        this.events = events;
        this.controls = controls;
        this.maxMessageBytes = maxMessageBytes;
        this.claims = claims;
    }

    /**
     * Sends what is missing, then says how many images the request holds: those that the brokers took.
     *
     * @param stopped asked before each picture; true ends the submission early
     * @param failures told of pictures that could not be sent
     * @throws IOException if the brokers refuse a record
     */
    void send(
            List<SourceImage> sources,
            int variations,
            ImageEvents request,
            Existing output,
            RequestTracker tracker,
            BooleanSupplier stopped,
            Consumer<FailureLine> failures)
            throws IOException {
        AtomicReference<Exception> refused = new AtomicReference<>();
        AtomicInteger tooLarge = new AtomicInteger();
        int sent = 0;
        for (SourceImage source : sources) {
            if (stopped.getAsBoolean() || refused.get() != null) {
                break;
            }
            ImageEvent event = missing(source, variations, request, output, failures);
            if (event != null) {
                int count = event.getOptions().getCount();
                tracker.expect(source.id(), event.getOptions().getFirstIndex(), count);
                // The callback takes what becomes of it.
                var unused = events.send(
                        new ProducerRecord<>(topics.imageEvents().name(), source.id(), event),
                        (metadata, exception) -> {
                            if (exception instanceof RecordTooLargeException) {
                                tooLarge.incrementAndGet();
                                tracker.failed(source.id(), null, FailureReason.IMAGE_TOO_LARGE.name());
                                failures.accept(tooLarge(source, count, exception.getMessage()));
                            } else if (exception != null) {
                                refused.compareAndSet(null, exception);
                            }
                        });
                sent++;
            }
        }
        events.flush();
        if (refused.get() != null) {
            throw new IOException(
                    "The brokers refused an image: " + refused.get().getMessage(), refused.get());
        }
        int taken = sent - tooLarge.get();
        if (taken > 0) {
            control(new RequestControl(request.requestId(), ControlAction.CLOSE, taken, null));
        }
        tracker.allSubmitted();
    }

    /** Ends the request early. */
    void cancel(String requestId, String reason) throws IOException {
        control(new RequestControl(requestId, ControlAction.CANCEL, null, reason));
    }

    private void control(RequestControl control) throws IOException {
        Future<?> sent =
                controls.send(new ProducerRecord<>(topics.requestControls().name(), control.getRequestId(), control));
        controls.flush();
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "The brokers refused a request control: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while sending a request control", e);
        }
    }

    /** The event for what the folder lacks of a picture; null if it lacks nothing or cannot be sent. */
    private ImageEvent missing(
            SourceImage source, int variations, ImageEvents request, Existing output, Consumer<FailureLine> failures) {
        try {
            long size = Files.size(source.file());
            if (!claims.takes(size) && size > maxMessageBytes - RECORD_OVERHEAD) {
                failures.accept(
                        tooLarge(
                                source,
                                variations,
                                size + " bytes, at most " + (maxMessageBytes - RECORD_OVERHEAD)
                                        + " fit into a record; set sources.store, raise topics.max.message.bytes or shrink the picture"));
                return null;
            }
            byte[] bytes = Files.readAllBytes(source.file());
            Set<Integer> done = upToDate(source, bytes, output);
            int first = 0;
            while (done.contains(first)) {
                first++;
            }
            int last = variations - 1;
            while (last >= first && done.contains(last)) {
                last--;
            }
            return first > last
                    ? null
                    : request.of(source, claims.checkIn(bytes, source.id()), first, last - first + 1);
        } catch (ObjectStoreException e) {
            failures.accept(new FailureLine(
                    source.id(),
                    null,
                    variations,
                    FailureReason.STORE_UNAVAILABLE.name(),
                    "The picture could not be put into sources.store: " + e.getMessage()));
            return null;
        } catch (IOException e) {
            failures.accept(new FailureLine(
                    source.id(),
                    null,
                    variations,
                    FailureReason.UNREADABLE_IMAGE.name(),
                    source.file() + " cannot be read: " + e.getMessage()));
            return null;
        }
    }

    /** Indexes that are there and were made of these very bytes. */
    private static Set<Integer> upToDate(SourceImage source, byte[] bytes, Existing output) {
        var done = output.done(source.id());
        if (done.isEmpty()) {
            return Set.of();
        }
        String digest = DigestUtils.sha256Hex(bytes);
        if (done.values().stream().anyMatch(line -> !digest.equals(line.sourceDigest()))) {
            output.forget(source.id());
            return Set.of();
        }
        return done.keySet();
    }

    private static FailureLine tooLarge(SourceImage source, int variations, String message) {
        return new FailureLine(source.id(), null, variations, FailureReason.IMAGE_TOO_LARGE.name(), message);
    }
}
