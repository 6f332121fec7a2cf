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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RetriableException;

/** Whether brokers and registry answer, asked before anything is started. */
public final class Reachability {

    private static final int TIMEOUT_MILLIS = 10_000;

    private Reachability() {}

    /** What does not answer, and what to do; empty when all is well. */
    public static List<String> problems(Connection connection) {
        List<String> problems = new ArrayList<>();
        try (Admin admin = boundedAdmin(connection)) {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException e) {
            problems.add(problem(connection, e.getCause()));
        } catch (KafkaException e) {
            problems.add(problem(connection, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("Interrupted while asking the brokers at "
                    + connection.config().bootstrapServers());
        }
        AvroSerdes.unreachable(connection.config().registry())
                .ifPresent(why -> problems.add("The schema registry does not answer at "
                        + connection.config().registry().get(ConnectionConfig.SCHEMA_REGISTRY_URL) + " (" + why
                        + "); check --schema-registry, and that it runs"));
        return problems;
    }

    /** An administration client that gives up after seconds. */
    public static Admin boundedAdmin(Connection connection) {
        Map<String, Object> client = new HashMap<>(connection.clientSettings());
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return Admin.create(client);
    }

    /** Why the brokers did not do what they were asked, and what to do. */
    public static String problem(Connection connection, Throwable failure) {
        String brokers = connection.config().bootstrapServers();
        if (failure instanceof AuthenticationException) {
            return "The brokers at " + brokers + " and this client do not agree who they are (" + failure.getMessage()
                    + "); check kafka.security.protocol, kafka.sasl.* and kafka.ssl.*";
        }
        if (failure instanceof RetriableException) {
            return "No broker answered at " + brokers + " (" + failure.getMessage()
                    + "); check --bootstrap-servers, that the brokers run, their advertised addresses, and"
                    + " kafka.security.protocol";
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return "The brokers at " + brokers + " cannot be asked (" + firstLine(root) + "); check the keys kafka.*";
    }

    /** Failures of a log-in hold a stack trace in their message. */
    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
