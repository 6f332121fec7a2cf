package dev.semantica.testsupport;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As much of a schema registry as serializers ask for: registering a schema, and reading it by its id. It hangs up on as
 * many requests as it is told to.
 */
public final class StandInRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> schemas = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final CountDownLatch refused = new CountDownLatch(1);
    private final HttpServer server;

    /** Listens on a free port of the loopback. */
    public StandInRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Where it listens. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Hangs up on so many requests from now on. */
    public void refuse(int requests) {
        refusals.set(requests);
    }

    /** How many of the requests that it is to refuse have not come. */
    public int left() {
        return refusals.get();
    }

    /** Waits until it has refused a request. */
    public void awaitRefusal() throws InterruptedException {
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
                answer.put("id", id(schema)).put("version", 1).put("schema", schema);
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

    private synchronized int id(String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
