package dev.semantica.console.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.HttpConfig;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Answers {@code /live}, {@code /ready}, {@code /metrics} (Prometheus) and {@code /config}.
 *
 * <p>A probe answers 200 with {@code ok}, or 503 with what is wrong. Only GET and HEAD are answered.
 */
final class HealthServer implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int BACKLOG = 16;
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;

    private HealthServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens.
     *
     * @param live fails when the process should be started anew
     * @param ready fails while the process does no work
     * @param settings shown at {@code /config}; must hold no secret
     * @param metrics register what is shown at {@code /metrics} beside those of the JVM and of all Kafka clients in it
     * @throws ConfigurationException if the address cannot be listened on
     */
    static HealthServer start(
            HttpConfig config, Probe live, Probe ready, String settings, List<Consumer<PrometheusRegistry>> metrics) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(config.host(), config.port()), BACKLOG);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("Cannot listen on " + config.host() + ":" + config.port() + " ("
                    + e.getMessage() + "); set http.host and http.port to an address that is free here");
        }
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        registry.register(new KafkaBeans());
        metrics.forEach(more -> more.accept(registry));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, daemons());
        server.setExecutor(threads);
        server.createContext("/live", readOnly(exchange -> answer(exchange, live)));
        server.createContext("/ready", readOnly(exchange -> answer(exchange, ready)));
        server.createContext("/metrics", readOnly(new MetricsHandler(registry)));
        server.createContext("/config", readOnly(exchange -> respond(exchange, 200, settings)));
        server.createContext("/", readOnly(exchange -> respond(exchange, 404, "see /live /ready /metrics /config\n")));
        server.start();
        return new HealthServer(server, threads);
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpHandler readOnly(HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                String method = exchange.getRequestMethod();
                if (method.equals("GET") || method.equals("HEAD")) {
                    handler.handle(exchange);
                } else {
                    respond(exchange, 405, "only GET and HEAD\n");
                }
            }
        };
    }

    private static void answer(HttpExchange exchange, Probe probe) throws IOException {
        Optional<String> problem = probe.problem();
        respond(exchange, problem.isPresent() ? 503 : 200, problem.orElse("ok") + "\n");
    }

    private static void respond(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TEXT);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static ThreadFactory daemons() {
        return task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        };
    }
}
