package dev.semantica.connectors.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of a schema registry as serializers ask for: registering a schema, and reading it by its id. */
final class RegistryStandIn implements AutoCloseable {

    private static final Pattern BY_ID = Pattern.compile("/schemas/ids/(\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<String> schemas = new ArrayList<>();

    RegistryStandIn() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher byId = BY_ID.matcher(exchange.getRequestURI().getPath());
            Map<String, Object> answer;
            if (byId.matches()) {
                answer = Map.of("schema", schemas.get(Integer.parseInt(byId.group(1)) - 1));
            } else {
                JsonNode request = JSON.readTree(exchange.getRequestBody());
                String schema = request.get("schema").asText();
                if (!schemas.contains(schema)) {
                    schemas.add(schema);
                }
                answer = Map.of("id", schemas.indexOf(schema) + 1, "version", 1, "schema", schema);
            }
            byte[] body = JSON.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
