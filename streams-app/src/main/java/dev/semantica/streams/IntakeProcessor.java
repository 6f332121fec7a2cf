package dev.semantica.streams;

import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.FailureStage;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.streams.state.ImageState;
import dev.semantica.streams.state.StoredHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Takes image events in: checks them, drops duplicates, collects batches, and keeps the time of all that waits. */
final class IntakeProcessor implements Processor<String, ImageEvent, String, Emission>, Batcher.Sink {

    static final String TRACEPARENT = "traceparent";
    /** Today's have 55 bytes; one of a later version may be longer. */
    private static final int MAX_TRACEPARENT = 255;

    private static final Duration TIMER_INTERVAL = Duration.ofSeconds(1);

    private final StreamsAppConfig config;
    private ProcessorContext<String, Emission> context;
    private Images images;
    private Batcher batcher;
    private Alarm waiting;
    private Alarm expiry;
    private KeyValueStore<String, byte[]> cancelled;

    IntakeProcessor(StreamsAppConfig config) {
        this.config = config;
    }

    @Override
    public void init(ProcessorContext<String, Emission> processorContext) {
        context = processorContext;
        images = new Images(context, config.retention(), config.statusInterval());
        batcher = new Batcher(context, config.batching());
        cancelled = context.getStateStore(Stores.CANCELLED);
        waiting = new Alarm(context, this::checkWaiting, this::nextCheck);
        waiting.set();
        expiry = new Alarm(context, images::fireTimers, this::nextExpiry);
        expiry.set();
        images.purgeTallies(config.requestTimeout());
        images.tellAll();
    }

    @Override
    public void process(Record<String, ImageEvent> record) {
        ImageEvent event = record.value();
        if (event == null) {
            throw new UnprocessableRecordException("An image event must have a value");
        }
        EventRules.requireIds(event.getRequestId(), event.getImageId());
        String key = Keys.image(event.getRequestId(), event.getImageId());
        if (images.get(key) != null) {
            return;
        }
        long now = images.now();
        Long deadline = event.getDeadline() == null ? null : event.getDeadline().toEpochMilli();
        List<String> problems = EventRules.check(event, record.headers(), config.limits());
        ImageState state = state(event, record.headers(), deadline, problems.isEmpty());
        long due = Math.min(
                deadline == null ? Long.MAX_VALUE : deadline,
                now + config.requestTimeout().toMillis());
        images.accept(key, state, event.getRequestImages(), Math.max(due, 0));
        expiry.at(notBefore(due, now));
        if (!problems.isEmpty()) {
            refuse(key, state, FailureReason.INVALID_EVENT, String.join("; ", problems));
        } else if (deadline != null && deadline <= now) {
            refuse(key, state, FailureReason.DEADLINE_EXCEEDED, "The deadline " + event.getDeadline() + " had passed");
        } else if (isCancelled(event.getRequestId())) {
            refuse(key, state, FailureReason.CANCELLED, "The request was cancelled before the image arrived");
        } else {
            long offset = context.recordMetadata().orElseThrow().offset();
            boolean last = images.sawAll(event.getRequestId());
            batcher.add(event, batchImage(event, record.headers()), offset, now, last, this);
            waiting.set();
        }
    }

    /** Between, it is looked whether the request was cancelled. */
    private OptionalLong nextCheck() {
        OptionalLong overdue = batcher.firstOverdue();
        long half = images.now() + Math.max(5, config.batching().linger().toMillis() / 2);
        return overdue.isPresent() ? OptionalLong.of(Math.min(overdue.getAsLong(), half)) : overdue;
    }

    private OptionalLong nextExpiry() {
        OptionalLong first = images.firstTimer();
        long now = images.now();
        return first.isEmpty() || first.getAsLong() <= now ? first : OptionalLong.of(notBefore(first.getAsLong(), now));
    }

    /** Timers that are due within an interval fire together. */
    private static long notBefore(long due, long now) {
        return Math.max(due, now + TIMER_INTERVAL.toMillis());
    }

    @Override
    public boolean stillWanted(String requestId, BatchImage image) {
        ImageState state = images.get(Keys.image(requestId, image.getImageId()));
        return state != null && state.getEndedAt() == null;
    }

    @Override
    public void send(SamplerBatch batch) {
        images.emit(batch.getBatchId(), new Emission.Batch(batch), new RecordHeaders());
    }

    private void refuse(String key, ImageState state, FailureReason reason, String message) {
        images.failed(key, state, null, reason, message, FailureStage.INTAKE);
    }

    private boolean isCancelled(String requestId) {
        return cancelled.get(requestId) != null;
    }

    private void checkWaiting(long now) {
        for (String requestId : batcher.waitingRequests()) {
            if (isCancelled(requestId)) {
                batcher.drop(requestId, (request, image) -> {
                    String key = Keys.image(request, image.getImageId());
                    ImageState state = images.get(key);
                    if (state != null) {
                        refuse(key, state, FailureReason.CANCELLED, "The request was cancelled before it was sampled");
                    }
                });
            }
        }
        batcher.sendOverdue(now, this);
    }

    private ImageState state(ImageEvent event, Headers headers, Long deadline, boolean valid) {
        SamplingOptions options = event.getOptions();
        return ImageState.newBuilder()
                .setFirstIndex(valid ? options.getFirstIndex() : 0)
                .setCount(EventRules.accountable(options, config.limits()))
                .setEnded(ByteBuffer.allocate(0))
                .setDeadline(deadline)
                .setLabel(valid ? event.getLabel() : null)
                .setAttributes(valid ? event.getAttributes() : Map.of())
                .setHeaders(valid ? stored(headers) : List.of())
                .build();
    }

    private static List<StoredHeader> stored(Headers headers) {
        List<StoredHeader> stored = new ArrayList<>();
        for (Header header : headers) {
            stored.add(new StoredHeader(header.key(), header.value() == null ? null : ByteBuffer.wrap(header.value())));
        }
        return stored;
    }

    private static BatchImage batchImage(ImageEvent event, Headers headers) {
        SamplingOptions options = event.getOptions();
        if (options.getSeed() == null) {
            options = SamplingOptions.newBuilder(options)
                    .setSeed(seedOf(event.getImageId()))
                    .build();
        }
        Header trace = headers.lastHeader(TRACEPARENT);
        return new BatchImage(
                event.getImageId(),
                event.getImage(),
                options,
                event.getDeadline(),
                trace == null || trace.value() == null || trace.value().length > MAX_TRACEPARENT
                        ? null
                        : new String(trace.value(), StandardCharsets.US_ASCII));
    }

    /**
     * The first 53 bits of SHA-256 of the image id: the same image gets the same seed in every request, and readers whose
     * numbers are doubles read it exactly.
     */
    private static long seedOf(String imageId) {
        return ByteBuffer.wrap(DigestUtils.sha256(imageId)).getLong() >>> (Long.SIZE - 53);
    }
}
