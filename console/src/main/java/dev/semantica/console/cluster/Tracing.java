package dev.semantica.console.cluster;

import dev.semantica.console.config.ConfigurationException;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where spans go, as OpenTelemetry's own environment variables say ({@code OTEL_EXPORTER_OTLP_ENDPOINT}). Unless one of
 * them asks for it nothing is exported, no thread runs, and traces of others pass through.
 */
public final class Tracing implements AutoCloseable {

    private static final String NAME = "dev.semantica";
    private static final List<String> ASKED_BY =
            List.of("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    /** Metrics have an endpoint of their own, and logs go to the output. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.service.name", "semantica-worker");

    private final OpenTelemetrySdk sdk;

    private Tracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /**
     * Starts what an environment asks for.
     *
     * @throws ConfigurationException if it cannot be made so
     */
    public static Tracing from(Map<String, String> environment) {
        if (ASKED_BY.stream()
                .allMatch(name -> environment.getOrDefault(name, "").isBlank())) {
            return new Tracing(null);
        }
        try {
            return new Tracing(AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> DEFAULTS)
                    .addPropertiesCustomizer(properties -> properties(environment))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk());
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "Traces cannot be exported as the variables OTEL_… say: " + e.getMessage());
        }
    }

    /** Begins spans. */
    public Tracer tracer() {
        return (sdk == null ? TracerProvider.noop() : sdk.getTracerProvider()).get(NAME);
    }

    /** Sends what has not been sent yet, for at most some seconds. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }

    /** OpenTelemetry's names of what the variables hold. */
    private static Map<String, String> properties(Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_")) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return properties;
    }
}
