package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Whether a share consumer still reaches its group's coordinator, as the client's own metric tells.
 *
 * <p>Why it matters: a client whose heartbeat is due and has nowhere to go does not wait in {@code poll}; it and its
 * network thread turn over as fast as they can until the coordinator is back (Kafka 4.3.1, KAFKA-20253).
 */
final class Heartbeats {

    /** Above the longest interval that a broker may ask for by default, {@code group.share.max.heartbeat.interval.ms}. */
    static final Duration OVERDUE = Duration.ofSeconds(16);

    private final ClientMetric last;

    /**
     * Finds the metric among a client's.
     *
     * @throws IllegalStateException if the client has none
     */
    Heartbeats(Map<MetricName, ? extends Metric> metrics) {
        this.last = new ClientMetric(metrics, "last-heartbeat-seconds-ago");
    }

    /** Whether the last heartbeat was sent too long ago; false before the first. */
    boolean isOverdue() {
        return last.value() > OVERDUE.toSeconds();
    }
}
