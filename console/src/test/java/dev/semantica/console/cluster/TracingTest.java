package dev.semantica.console.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.semantica.console.config.ConfigurationException;
import io.opentelemetry.api.trace.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TracingTest {

    @Test
    void nothingRunsUnlessItIsAskedFor() {
        try (Tracing tracing = Tracing.from(Map.of("PATH", "/bin", "OTEL_SERVICE_NAME", "mine"))) {
            Span span = tracing.tracer().spanBuilder("a").startSpan();

            assertThat(span.isRecording()).isFalse();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("BatchSpanProcessor"));
        }
    }

    @Test
    void spansReachTheEndpoint() throws Exception {
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.complete(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try {
            String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
            try (Tracing tracing = Tracing.from(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint))) {
                tracing.tracer().spanBuilder("a span of ours").startSpan().end();
            }

            assertThat(new String(received.get(20, TimeUnit.SECONDS), StandardCharsets.ISO_8859_1))
                    .contains("a span of ours", "semantica-worker");
        } finally {
            collector.stop(0);
        }
    }

    @Test
    void saysWhatIsWrongWithTheVariables() {
        assertThatThrownBy(() -> Tracing.from(Map.of("OTEL_TRACES_EXPORTER", "carrier-pigeon")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("OTEL_")
                .hasMessageContaining("carrier-pigeon");
    }
}
