package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Whether a share consumer still reaches its group's coordinator, as the client's own metric tells.
 *
 * <p>Why it matters: a client whose heartbeat is due and has nowhere to go does not wait; its network thread turns over as
 * fast as it can until the coordinator is back, whether it is polled or not (Kafka 4.3.1, KAFKA-20253).
 */
final class Heartbeats {

    /** Above the longest interval that a broker may ask for by default, {@code group.share.max.heartbeat.interval.ms}. */
    static final Duration OVERDUE = Duration.ofSeconds(16);

    private final ClientMetric last;
    private final LongSupplier nanoTime;
    private final long made;

    /**
     * Finds the metric among a client's.
     *
     * @param metrics of a client that was just made
     * @throws IllegalStateException if the client has none
     */
    Heartbeats(Map<MetricName, ? extends Metric> metrics, LongSupplier nanoTime) {
        this.last = new ClientMetric(metrics, "last-heartbeat-seconds-ago");
        this.nanoTime = nanoTime;
        this.made = nanoTime.getAsLong();
    }

    /** Whether the last heartbeat was sent too long ago or, before the first, the client was made too long ago. */
    boolean isOverdue() {
        double ago = last.value();
        return ago < 0 ? nanoTime.getAsLong() - made > OVERDUE.toNanos() : ago > OVERDUE.toSeconds();
    }
}
