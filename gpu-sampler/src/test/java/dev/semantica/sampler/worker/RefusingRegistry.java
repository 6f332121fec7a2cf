package dev.semantica.sampler.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.semantica.schemas.AvroSerdes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of a schema registry as Confluent's serializers ask for; it hangs up on as many requests as it is told to. */
final class RefusingRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> schemas = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final CountDownLatch refused = new CountDownLatch(1);
    private final HttpServer server;

    RefusingRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Serdes that have asked it for nothing yet, and ask once before they say that it is away. */
    AvroSerdes serdes() {
        return new AvroSerdes(Map.of(
                "schema.registry.url", "http://127.0.0.1:" + server.getAddress().getPort(), "max.retries", 0));
    }

    void refuse(int requests) {
        refusals.set(requests);
    }

    /** How many of the requests that it is to refuse have not come. */
    int left() {
        return refusals.get();
    }

    void awaitRefusal() throws InterruptedException {
        refused.await();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                refused.countDown();
                return;
            }
            ObjectNode answer = JSON.createObjectNode();
            if (exchange.getRequestMethod().equals("POST")) {
                String schema =
                        JSON.readTree(exchange.getRequestBody()).get("schema").textValue();
                if (!schemas.contains(schema)) {
                    schemas.add(schema);
                }
                answer.put("id", schemas.indexOf(schema) + 1);
            } else {
                Path asked = Path.of(exchange.getRequestURI().getPath());
                int id = Integer.parseInt(asked.getFileName().toString());
                answer.put("schema", schemas.get(id - 1));
            }
            byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
