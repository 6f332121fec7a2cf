package dev.semantica.streams;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Requests that changed and of which that is not told yet: all together, at once or an interval after the last time. Many
 * are told in portions.
 */
final class Changes {

    private final long interval;
    private final Consumer<String> tell;
    private final Set<String> untold = new LinkedHashSet<>();
    private final Alarm alarm;
    private long told;
    private boolean more;

    /** @param tell tells of a request; one for which that fails is told of again */
    Changes(ProcessorContext<?, ?> context, Duration interval, Consumer<String> tell) {
        this.interval = interval.toMillis();
        this.tell = tell;
        this.alarm = new Alarm(context, this::tellPortion, this::next);
    }

    void add(String requestId) {
        untold.add(requestId);
        alarm.set();
    }

    /** There is nothing to be told of a request any more. */
    void remove(String requestId) {
        untold.remove(requestId);
    }

    private void tellPortion(long now) {
        told = now;
        more = untold.size() > Alarm.PORTION;
        for (String requestId : untold.stream().limit(Alarm.PORTION).toList()) {
            tell.accept(requestId);
            untold.remove(requestId);
        }
    }

    private OptionalLong next() {
        return untold.isEmpty() ? OptionalLong.empty() : OptionalLong.of(more ? told : told + interval);
    }
}
