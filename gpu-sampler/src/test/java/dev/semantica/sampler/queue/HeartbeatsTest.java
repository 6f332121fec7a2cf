package dev.semantica.sampler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    @Test
    void isOverdueAboveTheLongestInterval() {
        AtomicReference<Double> ago = new AtomicReference<>(-1.0);
        Heartbeats heartbeats = new Heartbeats(metrics("last-heartbeat-seconds-ago", ago), () -> 0);

        ago.set(16.0);
        assertThat(heartbeats.isOverdue()).isFalse();
        ago.set(17.0);
        assertThat(heartbeats.isOverdue()).isTrue();
    }

    @Test
    void theFirstIsOverdueAsLongAfterTheClientWasMade() {
        AtomicReference<Double> ago = new AtomicReference<>(-1.0);
        AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE);
        Heartbeats heartbeats = new Heartbeats(metrics("last-heartbeat-seconds-ago", ago), nanoTime::get);

        nanoTime.addAndGet(Heartbeats.OVERDUE.toNanos());
        assertThat(heartbeats.isOverdue()).isFalse();
        nanoTime.incrementAndGet();
        assertThat(heartbeats.isOverdue()).isTrue();
        ago.set(0.0);
        assertThat(heartbeats.isOverdue()).isFalse();
    }

    @Test
    void findsTheMetricOfARealClient() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "127.0.0.1:1");
        properties.put("group.id", "heartbeats");
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(new Heartbeats(consumer.metrics(), System::nanoTime).isOverdue())
                    .isFalse();
        }
    }

    @Test
    void namesTheMetricThatIsMissing() {
        assertThatThrownBy(() -> new Heartbeats(metrics("another", new AtomicReference<>(1.0)), () -> 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("last-heartbeat-seconds-ago");
    }

    private static Map<MetricName, Metric> metrics(String name, AtomicReference<Double> value) {
        MetricName named = new MetricName(name, "consumer-share-coordinator-metrics", "", Map.of());
        Metric metric = new Metric() {
            @Override
            public MetricName metricName() {
                return named;
            }

            @Override
            public Object metricValue() {
                return value.get();
            }
        };
        return Map.of(named, metric);
    }
}
