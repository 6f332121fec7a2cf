package dev.semantica.streams;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Requests that changed and of which that is not told yet: all together, at once or an interval after the last time. */
final class Changes {

    private final long interval;
    private final Consumer<String> tell;
    private final Set<String> untold = new LinkedHashSet<>();
    private final Alarm alarm;
    private long told;

    /** @param tell tells of a request; one for which that fails is told of again */
    Changes(ProcessorContext<?, ?> context, Duration interval, Consumer<String> tell) {
        this.interval = interval.toMillis();
        this.tell = tell;
        this.alarm = new Alarm(context, this::tellAll, this::next);
    }

    void add(String requestId) {
        untold.add(requestId);
        alarm.set();
    }

    /** There is nothing to be told of a request any more. */
    void remove(String requestId) {
        untold.remove(requestId);
    }

    private void tellAll(long now) {
        told = now;
        for (String requestId : List.copyOf(untold)) {
            tell.accept(requestId);
            untold.remove(requestId);
        }
    }

    private OptionalLong next() {
        return untold.isEmpty() ? OptionalLong.empty() : OptionalLong.of(told + interval);
    }
}
