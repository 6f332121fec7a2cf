package dev.semantica.schemas;

import org.apache.kafka.common.serialization.Serde;

/**
 * A topic as a typed value.
 *
 * @param role what it is for
 * @param name its name on the cluster
 * @param keySerde serde of its keys
 * @param valueSerde serde of its values
 * @param <V> type of its values
 */
public record Topic<V>(TopicRole role, String name, Serde<String> keySerde, Serde<V> valueSerde) {}
