package dev.semantica.streams;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.FailureStage;
import dev.semantica.schemas.LogContext;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import dev.semantica.streams.state.ImageState;
import dev.semantica.streams.state.LedgerEntry;
import dev.semantica.streams.state.StoredHeader;
import dev.semantica.streams.state.Tally;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of one partition: what is outstanding of each, and the tallies of their requests. Emits what ends. Intake
 * and results work on the same stores through this.
 */
final class Images {

    private static final Logger LOG = LoggerFactory.getLogger(Images.class);
    /** Samplers explain at most this much, in characters. */
    private static final int MAX_MESSAGE = 4096;

    private final ProcessorContext<String, Emission> context;
    private final KeyValueStore<String, ImageState> states;
    private final KeyValueStore<String, String> timers;
    private final KeyValueStore<String, Tally> tallies;
    private final Duration retention;
    /** Where to look for timers: what was deleted before must not be passed over again. Null: from the beginning. */
    private String noTimerBefore;
    /** Requests whose tally changed since the ledger was told. */
    private final Changes changes;

    Images(ProcessorContext<String, Emission> context, Duration retention, Duration statusInterval) {
        this.context = context;
        this.states = context.getStateStore(Stores.IMAGES);
        this.timers = context.getStateStore(Stores.TIMERS);
        this.tallies = context.getStateStore(Stores.TALLIES);
        this.retention = retention;
        this.changes = new Changes(context, statusInterval, this::tellLedger);
    }

    ImageState get(String key) {
        return states.get(key);
    }

    /** Takes an image in, with nothing of it ended, and sets its timer. */
    void accept(String key, ImageState state, Integer requestImages, long due) {
        states.put(key, state);
        setTimer(due, key);
        Tally tally = tally(Keys.requestOf(key));
        tally.setImages(tally.getImages() + 1);
        tally.setWanted(tally.getWanted() + state.getCount());
        if (requestImages != null && requestImages > 0 && tally.getRequestImages() == null) {
            tally.setRequestImages(requestImages);
        }
        save(Keys.requestOf(key), tally);
    }

    /** Images of the request that this partition has seen, and how many the request holds if an event said so. */
    boolean sawAll(String requestId) {
        Tally tally = tallies.get(requestId);
        return tally != null && tally.getRequestImages() != null && tally.getImages() >= tally.getRequestImages();
    }

    /**
     * Ends one variation as made. Returns false, and does nothing, if it had ended.
     *
     * @param result headers of the result, whose trace goes on
     */
    boolean made(String key, ImageState state, SampledVariation sampled, Headers result) {
        if (!end(key, state, sampled.getIndex())) {
            return false;
        }
        Tally tally = tally(Keys.requestOf(key));
        tally.setMade(tally.getMade() + 1);
        book(key, state, tally);
        Variation variation = new Variation(
                Keys.requestOf(key),
                Keys.imageOf(key),
                sampled.getIndex(),
                sampled.getImage(),
                sampled.getWidth(),
                sampled.getHeight(),
                state.getLabel(),
                state.getAttributes(),
                sampled.getSimilarity(),
                sampled.getProvenance(),
                Instant.ofEpochMilli(now()),
                sampled.getAgreement());
        emit(Keys.imageOf(key), new Emission.Made(variation), headers(state, result));
        return true;
    }

    /** Ends one variation, or with null all that are outstanding, as failed. Returns false if there was none. */
    boolean failed(
            String key, ImageState state, Integer index, FailureReason reason, String message, FailureStage stage) {
        return failed(key, state, index, reason, message, stage, new RecordHeaders());
    }

    /** The same, with the headers of the result, whose trace goes on. */
    boolean failed(
            String key,
            ImageState state,
            Integer index,
            FailureReason reason,
            String message,
            FailureStage stage,
            Headers result) {
        int count;
        if (index != null) {
            count = end(key, state, index) ? 1 : 0;
        } else {
            count = state.getCount() - ended(state).cardinality();
            BitSet all = new BitSet(state.getCount());
            all.set(0, state.getCount());
            store(key, state, all);
        }
        if (count == 0) {
            return false;
        }
        Tally tally = tally(Keys.requestOf(key));
        tally.setFailed(tally.getFailed() + count);
        Map<String, Long> failures = new HashMap<>(tally.getFailures());
        failures.merge(reason.name(), (long) count, Long::sum);
        tally.setFailures(failures);
        book(key, state, tally);
        VariationFailure failure = new VariationFailure(
                Keys.requestOf(key),
                Keys.imageOf(key),
                index,
                count,
                reason,
                message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE),
                stage,
                state.getLabel(),
                state.getAttributes(),
                Instant.ofEpochMilli(now()));
        Headers headers = headers(state, result);
        int lost = count;
        new LogContext(Keys.requestOf(key), Keys.imageOf(key), traceparent(headers))
                .run(() -> LOG.info("{} of its variations failed at {}: {} {}", lost, stage, reason, message));
        emit(Keys.imageOf(key), new Emission.Failed(failure), headers);
        return true;
    }

    /** When the first timer is due; empty if there is none. */
    OptionalLong firstTimer() {
        try (KeyValueIterator<String, String> all = timers.range(noTimerBefore, null)) {
            return all.hasNext() ? OptionalLong.of(Keys.dueOfTimer(all.next().key)) : OptionalLong.empty();
        }
    }

    private void setTimer(long due, String key) {
        timers.put(Keys.timer(due, key), "");
        if (noTimerBefore != null && due <= Keys.dueOfTimer(noTimerBefore)) {
            noTimerBefore = Keys.timer(due, "");
        }
    }

    /** Fails what is overdue, and forgets what ended long ago: a portion of it, with what was due first. */
    void fireTimers(long now) {
        List<String> due = new ArrayList<>();
        try (var range = timers.range(noTimerBefore, Keys.timersUntil(now))) {
            while (range.hasNext() && due.size() < Alarm.PORTION) {
                due.add(range.next().key);
            }
        }
        for (String timer : due) {
            timers.delete(timer);
            noTimerBefore = timer;
            String key = Keys.imageOfTimer(timer);
            ImageState state = states.get(key);
            if (state == null) {
                continue;
            }
            if (state.getEndedAt() == null) {
                boolean late = state.getDeadline() != null && state.getDeadline() <= now;
                failed(
                        key,
                        state,
                        null,
                        late ? FailureReason.DEADLINE_EXCEEDED : FailureReason.TIMED_OUT,
                        late
                                ? "The deadline " + Instant.ofEpochMilli(state.getDeadline())
                                        + " passed without a result"
                                : "No sampler sent a result in the allowed time; check that workers run",
                        FailureStage.EXPIRY);
                setTimer(now + retention.toMillis(), key);
            } else if (state.getEndedAt() + retention.toMillis() <= now) {
                states.delete(key);
            } else {
                setTimer(state.getEndedAt() + retention.toMillis(), key);
            }
        }
    }

    /** Tells the ledger what changed. Tallies count from the beginning, so telling one twice does no harm. */
    private void tellLedger(String requestId) {
        Tally tally = tallies.get(requestId);
        if (tally != null) {
            emit(requestId, new Emission.Booked(new LedgerEntry(tally)), new RecordHeaders());
        }
    }

    /** After a restart all are told again, since the last may not have got through. */
    void tellAll() {
        try (KeyValueIterator<String, Tally> all = tallies.all()) {
            all.forEachRemaining(entry -> changes.add(entry.key));
        }
    }

    /** Forgets, from now on, the tallies of requests that nothing has happened in for longer than anything is remembered. */
    void purgeTallies(Duration requestTimeout) {
        new Purge<>(context, tallies, retention.plus(requestTimeout), Tally::getUpdatedAt, tallies::delete).start();
    }

    long now() {
        return context.currentSystemTimeMs();
    }

    void emit(String key, Emission emission, Headers headers) {
        context.forward(new Record<>(key, emission, now(), headers));
    }

    private boolean end(String key, ImageState state, int index) {
        int bit = index - state.getFirstIndex();
        BitSet ended = ended(state);
        if (ended.get(bit)) {
            return false;
        }
        ended.set(bit);
        store(key, state, ended);
        return true;
    }

    private void store(String key, ImageState state, BitSet ended) {
        state.setEnded(ByteBuffer.wrap(ended.toByteArray()));
        if (ended.cardinality() == state.getCount() && state.getEndedAt() == null) {
            state.setEndedAt(now());
        }
        states.put(key, state);
    }

    private static BitSet ended(ImageState state) {
        return BitSet.valueOf(state.getEnded().duplicate());
    }

    /** Saves the tally, counting the image if this was its last variation. */
    private void book(String key, ImageState state, Tally tally) {
        if (state.getEndedAt() != null) {
            tally.setImagesEnded(tally.getImagesEnded() + 1);
        }
        save(Keys.requestOf(key), tally);
    }

    private Tally tally(String requestId) {
        Tally tally = tallies.get(requestId);
        return tally != null
                ? tally
                : Tally.newBuilder()
                        .setPartition(context.taskId().partition())
                        .setStartedAt(now())
                        .setUpdatedAt(now())
                        .build();
    }

    private void save(String requestId, Tally tally) {
        tally.setUpdatedAt(now());
        tallies.put(requestId, tally);
        changes.add(requestId);
    }

    private static String traceparent(Headers headers) {
        Header trace = headers.lastHeader(IntakeProcessor.TRACEPARENT);
        return trace == null || trace.value() == null ? null : new String(trace.value(), StandardCharsets.US_ASCII);
    }

    private static Headers headers(ImageState state, Headers result) {
        RecordHeaders headers = new RecordHeaders();
        for (StoredHeader header : state.getHeaders()) {
            ByteBuffer value = header.getValue();
            byte[] bytes = null;
            if (value != null) {
                bytes = new byte[value.remaining()];
                value.duplicate().get(bytes);
            }
            headers.add(header.getKey(), bytes);
        }
        Header trace = result.lastHeader(IntakeProcessor.TRACEPARENT);
        if (trace != null) {
            headers.remove(trace.key()).add(trace);
        }
        return headers;
    }
}
