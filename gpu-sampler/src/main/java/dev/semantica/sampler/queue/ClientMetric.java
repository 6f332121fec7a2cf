package dev.semantica.sampler.queue;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** One number that a Kafka client counts by itself. Safe for use by several threads. */
final class ClientMetric {

    private final Metric metric;

    /**
     * Finds it among a client's.
     *
     * @throws IllegalStateException if the client has none of that name
     */
    ClientMetric(Map<MetricName, ? extends Metric> metrics, String name) {
        this.metric = metrics.values().stream()
                .filter(candidate -> candidate.metricName().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This Kafka client has no metric " + name));
    }

    double value() {
        return ((Number) metric.metricValue()).doubleValue();
    }
}
