package dev.semantica.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Goes through a store once a minute, in portions, and forgets what has not changed for long. */
final class Purge<V> {

    private static final long INTERVAL = Duration.ofMinutes(1).toMillis();
    /** Looking costs less than forgetting. */
    private static final int LOOK = 10 * Alarm.PORTION;

    private final KeyValueStore<String, V> store;
    private final long keep;
    private final ToLongFunction<V> updatedAt;
    private final Consumer<String> forget;
    private final Alarm alarm;
    private long due;
    /** Key that the next portion begins with; null: the first of the store. */
    private String from;

    Purge(
            ProcessorContext<?, ?> context,
            KeyValueStore<String, V> store,
            Duration keep,
            ToLongFunction<V> updatedAt,
            Consumer<String> forget) {
        this.store = store;
        this.keep = keep.toMillis();
        this.updatedAt = updatedAt;
        this.forget = forget;
        this.due = context.currentSystemTimeMs() + INTERVAL;
        this.alarm = new Alarm(context, this::portion, () -> OptionalLong.of(due));
    }

    void start() {
        alarm.set();
    }

    private void portion(long now) {
        List<String> forgotten = new ArrayList<>();
        try (KeyValueIterator<String, V> rest = store.range(from, null)) {
            for (int i = 0; i < LOOK && forgotten.size() < Alarm.PORTION && rest.hasNext(); i++) {
                KeyValue<String, V> entry = rest.next();
                // Not updatedAt + keep, which may be more than a long holds.
                if (updatedAt.applyAsLong(entry.value) < now - keep) {
                    forgotten.add(entry.key);
                }
            }
            from = rest.hasNext() ? rest.peekNextKey() : null;
        }
        forgotten.forEach(forget);
        due = from == null ? now + INTERVAL : now;
    }
}
