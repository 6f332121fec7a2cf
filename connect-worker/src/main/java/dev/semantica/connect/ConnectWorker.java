package dev.semantica.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.apache.kafka.connect.cli.ConnectDistributed;

/**
 * Runs a distributed Kafka Connect worker from environment variables, as a container does. Ends with 3 where a variable is
 * missing; else with what Kafka Connect ends with.
 */
public final class ConnectWorker {

    private static final int CONFIGURATION = 3;

    private ConnectWorker() {}

    /** Starts the worker, which runs until the process is told to end. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0) {
            fail("This program takes no arguments; it reads variables that begin with " + WorkerProperties.PREFIX
                    + ", such as CONNECT_BOOTSTRAP_SERVERS. docs/connectors.md names them.");
        }
        Properties properties;
        try {
            properties = WorkerProperties.of(System.getenv());
        } catch (IllegalArgumentException e) {
            fail(e.getMessage() + ". docs/connectors.md says what they hold.");
            return;
        }
        ConnectDistributed.main(new String[] {write(properties).toString()});
    }

    /** Kafka Connect reads files only; nobody else may read this one, for it may hold secrets. */
    private static Path write(Properties properties) throws IOException {
        Path file = Files.createTempFile(
                "connect",
                ".properties",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        file.toFile().deleteOnExit();
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    private static void fail(String message) {
        System.err.println("error: " + message);
        System.exit(CONFIGURATION);
    }
}
