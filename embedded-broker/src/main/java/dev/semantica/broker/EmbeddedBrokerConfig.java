package dev.semantica.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/**
 * What an {@link EmbeddedBroker} is started with.
 *
 * @param directory where the node keeps its data; created when absent. One node at a time may use it.
 * @param port the port on 127.0.0.1 that clients connect to, 1 to 65535, or 0 for any free one
 * @param overrides broker settings by their Kafka names, for example {@code message.max.bytes}; they win over the
 *     tuned defaults. Settings that this class derives from the other components may not be among them.
 */
public record EmbeddedBrokerConfig(Path directory, int port, Map<String, String> overrides) {
    /** Any free port and the tuned defaults. */
    public EmbeddedBrokerConfig(Path directory) {
        this(directory, 0, Map.of());
    }

    public EmbeddedBrokerConfig {
        if (directory == null) {
            throw new IllegalArgumentException("directory: expected a path for the broker's data, found null");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: expected 0 (any free port) to 65535, found " + port);
        }
        directory = directory.toAbsolutePath().normalize();
        if (directory.toString().indexOf(',') >= 0) {
            throw new IllegalArgumentException("directory: expected a path without a comma, which Kafka reads as two"
                    + " directories, found " + directory);
        }
        overrides = Map.copyOf(overrides);
        var reserved = new TreeSet<>(overrides.keySet());
        reserved.retainAll(BrokerProperties.DERIVED);
        if (!reserved.isEmpty()) {
            throw new IllegalArgumentException("overrides: " + reserved
                    + " follow from directory and port; remove them and set those components instead");
        }
    }
}
