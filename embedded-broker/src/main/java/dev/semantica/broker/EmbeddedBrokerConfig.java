package dev.semantica.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * What an embedded broker is started with.
 *
 * @param directory where it keeps its data; made if absent, and taken up again if it holds an earlier broker's
 * @param port port to listen on, 0 for any that is free
 * @param overrides broker configuration that replaces the small-footprint settings
 */
public record EmbeddedBrokerConfig(Path directory, int port, Map<String, String> overrides) {

    /**
     * Copies the overrides.
     *
     * @throws IllegalArgumentException if the port is out of range
     */
    public EmbeddedBrokerConfig {
        Objects.requireNonNull(directory, "directory");
        overrides = Map.copyOf(overrides);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be from 0 to 65535, but is " + port);
        }
    }
}
