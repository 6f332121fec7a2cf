package dev.semantica.console.health;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The metrics of every Kafka client and Kafka Streams application in this JVM, under the names that they have in JMX:
 * {@code kafka.consumer:type=consumer-fetch-manager-metrics,client-id=c} with the attribute {@code records-lag-max}
 * becomes {@code kafka_consumer_consumer_fetch_manager_metrics_records_lag_max{client_id="c"}}. What Kafka calls
 * {@code -total} is a counter, all else a gauge.
 */
final class KafkaBeans implements MultiCollector {

    private static final String TYPE = "type";
    /** A bean per client with nothing but texts in it. */
    private static final String APP_INFO = "app-info";

    private static final String TOTAL = "_total";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    @Override
    public MetricSnapshots collect() {
        Map<String, Map<Labels, Double>> found = new TreeMap<>();
        try {
            for (ObjectName bean : beans.queryNames(new ObjectName("kafka.*:*"), null)) {
                if (bean.getKeyProperty(TYPE) != null && !APP_INFO.equals(bean.getKeyProperty(TYPE))) {
                    read(bean, found);
                }
            }
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        found.forEach((name, points) -> snapshots.metricSnapshot(snapshot(name, points)));
        return snapshots.build();
    }

    private void read(ObjectName bean, Map<String, Map<Labels, Double>> found) {
        try {
            MBeanAttributeInfo[] attributes = beans.getMBeanInfo(bean).getAttributes();
            String[] names = new String[attributes.length];
            for (int i = 0; i < names.length; i++) {
                names[i] = attributes[i].getName();
            }
            Labels labels = labels(bean);
            for (Attribute attribute : beans.getAttributes(bean, names).asList()) {
                if (attribute.getValue() instanceof Number value && Double.isFinite(value.doubleValue())) {
                    String name = legal(bean.getDomain() + "_" + bean.getKeyProperty(TYPE) + "_" + attribute.getName());
                    found.computeIfAbsent(name, unused -> new HashMap<>()).put(labels, value.doubleValue());
                }
            }
        } catch (JMException e) {
            // The client was closed after the query: it has no metrics any more.
        }
    }

    private static MetricSnapshot snapshot(String name, Map<Labels, Double> points) {
        if (name.endsWith(TOTAL)) {
            CounterSnapshot.Builder counter =
                    CounterSnapshot.builder().name(unreserved(name.substring(0, name.length() - TOTAL.length())));
            points.forEach((labels, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(Math.max(0, value))
                    .build()));
            return counter.build();
        }
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(unreserved(name));
        points.forEach((labels, value) -> gauge.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return gauge.build();
    }

    /** Prometheus keeps some endings, such as {@code _created}, for itself. */
    private static String unreserved(String name) {
        return PrometheusNaming.isValidMetricName(name)
                        && PrometheusNaming.sanitizeMetricName(name).equals(name)
                ? name
                : name + "_count";
    }

    private static Labels labels(ObjectName bean) {
        Map<String, String> labels = new TreeMap<>();
        bean.getKeyPropertyList().forEach((key, value) -> {
            if (!key.equals(TYPE)) {
                labels.put(legal(key), value.startsWith("\"") ? ObjectName.unquote(value) : value);
            }
        });
        return Labels.of(labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new));
    }

    private static String legal(String name) {
        return name.replaceAll("[^a-zA-Z0-9]+", "_").toLowerCase(Locale.ROOT);
    }
}
