package dev.semantica.streams;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Does work at a time, while there is some to do. A punctuation that repeats makes Kafka Streams commit at every interval,
 * whether or not there was anything to do: ten transactions a second of a topology at rest.
 */
final class Alarm {

    /**
     * Most things to do at a ring. All that a ring does is of one transaction, which must end before the brokers give it
     * up; what is left comes with the next ring, a moment later.
     */
    static final int PORTION = 1000;

    private static final long NEVER = Long.MAX_VALUE;

    private final ProcessorContext<?, ?> context;
    private final LongConsumer work;
    private final Supplier<OptionalLong> next;
    private Cancellable pending = () -> {};
    private long due = NEVER;

    /**
     * Times are wall-clock ones, in milliseconds.
     *
     * @param work gets the time
     * @param next when there will be work; empty if there is none. Asked after the work as well, also where that failed.
     */
    Alarm(ProcessorContext<?, ?> context, LongConsumer work, Supplier<OptionalLong> next) {
        this.context = context;
        this.work = work;
        this.next = next;
    }

    /** Sees to it that the next work is done. */
    void set() {
        next.get().ifPresent(this::at);
    }

    /** Rings at a time, as soon as it can where that has passed; or earlier, if that was asked for. */
    void at(long millis) {
        if (millis < due) {
            pending.cancel();
            due = millis;
            long wait = Math.max(1, millis - context.currentSystemTimeMs());
            pending = context.schedule(Duration.ofMillis(wait), PunctuationType.WALL_CLOCK_TIME, this::ring);
        }
    }

    private void ring(long now) {
        pending.cancel();
        due = NEVER;
        try {
            work.accept(now);
        } finally {
            set();
        }
    }
}
