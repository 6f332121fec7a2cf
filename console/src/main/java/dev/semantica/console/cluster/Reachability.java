package dev.semantica.console.cluster;

import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.schemas.AvroSerdes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Whether brokers and registry answer, asked before anything is started. */
public final class Reachability {

    private static final int TIMEOUT_MILLIS = 10_000;

    private Reachability() {}

    /** What does not answer, and what to do; empty when all is well. */
    public static List<String> problems(Connection connection) {
        List<String> problems = new ArrayList<>();
        String brokers = connection.config().bootstrapServers();
        Map<String, Object> client = new HashMap<>(connection.clientSettings());
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        try (Admin admin = Admin.create(client)) {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException e) {
            problems.add(
                    "No broker answered at " + brokers + " (" + e.getCause().getMessage()
                            + "); check --bootstrap-servers, that the brokers run, and their advertised addresses");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("Interrupted while asking the brokers at " + brokers);
        }
        AvroSerdes.unreachable(connection.config().registry())
                .ifPresent(why -> problems.add("The schema registry does not answer at "
                        + connection.config().registry().get(ConnectionConfig.SCHEMA_REGISTRY_URL) + " (" + why
                        + "); check --schema-registry, and that it runs"));
        return problems;
    }
}
