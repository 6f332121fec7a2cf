package dev.semantica.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an {@link EmbeddedBroker} is started with.
 *
 * @param directory where the node keeps its data; created when absent. One node at a time may use it.
 * @param port the port on 127.0.0.1 that clients connect to, 1 to 65535, or 0 for any free one
 * @param overrides broker settings by their Kafka names, for example {@code message.max.bytes}; they win over the
 *     tuned defaults. Settings that this class derives from the other components may not be among them.
 * @param listeners further listeners for clients, each at a free port on 127.0.0.1: the security protocol ({@code SSL},
 *     {@code SASL_SSL}, {@code SASL_PLAINTEXT}) by the listener's name (capitals and {@code _}). What they need beside
 *     it, such as keys and SASL mechanisms, stands in the overrides as {@code listener.name.NAME.…}.
 */
public record EmbeddedBrokerConfig(
        Path directory, int port, Map<String, String> overrides, Map<String, String> listeners) {
    private static final Pattern LISTENER = Pattern.compile("[A-Z][A-Z0-9_]*");

    /** Any free port and the tuned defaults. */
    public EmbeddedBrokerConfig(Path directory) {
        this(directory, 0, Map.of());
    }

    /** One listener for clients, without security. */
    public EmbeddedBrokerConfig(Path directory, int port, Map<String, String> overrides) {
        this(directory, port, overrides, Map.of());
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
        listeners = Map.copyOf(listeners);
        for (var listener : listeners.keySet()) {
            if (!LISTENER.matcher(listener).matches() || BrokerProperties.LISTENERS.contains(listener)) {
                throw new IllegalArgumentException("listeners: expected names of capitals, digits and '_' other than "
                        + BrokerProperties.LISTENERS + ", found " + listener);
            }
        }
        var reserved = new TreeSet<>(overrides.keySet());
        reserved.retainAll(BrokerProperties.DERIVED);
        if (!reserved.isEmpty()) {
            throw new IllegalArgumentException("overrides: " + reserved
                    + " follow from directory and port; remove them and set those components instead");
        }
    }
}
