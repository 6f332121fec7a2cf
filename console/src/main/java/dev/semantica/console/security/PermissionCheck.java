package dev.semantica.console.security;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.Reachability;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.Settings;
import dev.semantica.streams.SemanticaTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Asks the brokers, before an application starts, whether they allow what it needs, and names all that they do not. A
 * cluster without an authoriser allows everything.
 */
public final class PermissionCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 50_000_000;

    private final Application application;
    private final Connection connection;
    private final ResourceNames names;

    /** Asks nothing yet. */
    public PermissionCheck(Application application, Connection connection, Settings settings) {
        this.application = application;
        this.connection = connection;
        this.names = ResourceNames.from(settings);
    }

    /**
     * Checks an application.
     *
     * @throws ConfigurationException with every permission that is missing, or why the brokers cannot be asked
     */
    public static void require(Application application, Connection connection, Settings settings) {
        List<String> problems = new PermissionCheck(application, connection, settings).problems();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** Every permission that is missing, or why the brokers cannot be asked; empty when all is well. */
    public List<String> problems() {
        try (Admin admin = Reachability.boundedAdmin(connection)) {
            Allowed allowed = new Allowed(admin);
            Set<String> internal = SemanticaTopology.internalTopics(names.applicationId());
            List<Permission> missing = new ArrayList<>();
            for (Permission permission : Permissions.of(application, names)) {
                if (!allowed.allows(permission, internal)) {
                    missing.add(permission);
                }
            }
            return missing.stream().map(this::problem).toList();
        } catch (ExecutionException e) {
            return List.of(Reachability.problem(connection, e.getCause()));
        } catch (KafkaException e) {
            return List.of(Reachability.problem(connection, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("Interrupted while asking the brokers what is allowed");
        }
    }

    /**
     * Checks the topology's internal topics, which it has made in its first start only now.
     *
     * @param ended whether the topology has ended by itself, and makes no more topics
     * @throws ConfigurationException with every permission that is missing on them
     */
    public void requireInternalTopics(BooleanSupplier ended) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean complete = false;
        while (!complete && !ended.getAsBoolean() && System.nanoTime() < deadline) {
            complete = internalTopicsExist();
            if (!complete) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private boolean internalTopicsExist() {
        try (Admin admin = Reachability.boundedAdmin(connection)) {
            return new Allowed(admin).allExist(SemanticaTopology.internalTopics(names.applicationId()));
        } catch (ExecutionException | KafkaException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private String problem(Permission missing) {
        return application.title() + " is not allowed " + missing + " at "
                + connection.config().bootstrapServers() + "; add the ACL, as 'semantica acls --application "
                + application.wireName() + "' prints it, for the principal that it connects as";
    }
}
