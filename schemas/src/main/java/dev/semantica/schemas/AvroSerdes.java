package dev.semantica.schemas;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serdes in Confluent's wire format (magic byte, schema id, Avro binary; subject TopicNameStrategy), so that any
 * Confluent deserializer reads our topics.
 */
public final class AvroSerdes {

    /** Beyond what any record of ours may hold. */
    private static final String MAX_BYTES = Integer.toString(1 << 26);

    private static final String MAX_ITEMS = Integer.toString(1 << 20);

    static {
        // Avro believes the lengths in a record and would allocate gigabytes for a few hostile bytes.
        setUnlessSet("org.apache.avro.limits.bytes.maxLength", MAX_BYTES);
        setUnlessSet("org.apache.avro.limits.string.maxLength", MAX_BYTES);
        setUnlessSet("org.apache.avro.limits.collectionItems.maxLength", MAX_ITEMS);
    }

    private final Map<String, Object> config;

    /**
     * Makes serdes for one registry.
     *
     * @param registryConfig configuration of Confluent's serializer; {@code schema.registry.url} is required
     *     ({@code mock://SCOPE} keeps the registry in this JVM)
     * @throws IllegalArgumentException without {@code schema.registry.url}
     */
    public AvroSerdes(Map<String, ?> registryConfig) {
        if (registryConfig.get(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG) == null) {
            throw new IllegalArgumentException("schema.registry.url is missing: set it to the registry's URL");
        }
        config = new HashMap<>(registryConfig);
        config.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    }

    /**
     * A serde for the values of a topic.
     *
     * @param type the generated class of the values; a record of another type fails to deserialize
     */
    public <T extends SpecificRecord> Serde<T> of(Class<T> type) {
        KafkaAvroSerializer serializer = new KafkaAvroSerializer();
        serializer.configure(config, false);
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
        deserializer.configure(config, false);
        return Serdes.serdeFrom(new Typed<>(serializer), new Checked<>(deserializer, type));
    }

    /**
     * Asks a registry for anything.
     *
     * @param registryConfig as for {@link #AvroSerdes}
     * @return why it does not answer; empty when it does
     */
    public static Optional<String> unreachable(Map<String, ?> registryConfig) {
        String url = String.valueOf(registryConfig.get(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG));
        if (url.startsWith("mock://")) {
            return Optional.empty();
        }
        try (SchemaRegistryClient client =
                new CachedSchemaRegistryClient(List.of(url.split(",")), 1, List.of(), Map.copyOf(registryConfig))) {
            client.getAllSubjects();
            return Optional.empty();
        } catch (IOException | RestClientException | RuntimeException e) {
            return Optional.of(e.toString());
        }
    }

    /**
     * Whether a record could not be read or written because the registry does not answer now, or not to us, which says
     * nothing about the record. The registry's client reports the former as IOExceptions of the network and as what
     * Kafka calls retriable.
     */
    public static boolean isOutage(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException
                    || cause instanceof SSLException
                    || isOfTheNetwork(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Broken records are IOExceptions, too: of java.io. */
    private static boolean isOfTheNetwork(Throwable cause) {
        return cause instanceof IOException && cause.getClass().getPackageName().startsWith("java.net");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Narrows Confluent's serializer of any object to one type. */
    private record Typed<T>(KafkaAvroSerializer inner) implements Serializer<T> {
        @Override
        public byte[] serialize(String topic, T value) {
            return inner.serialize(topic, value);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    /** Turns a readable record of the wrong type into a deserialization error instead of a later cast error. */
    private record Checked<T>(KafkaAvroDeserializer inner, Class<T> type) implements Deserializer<T> {
        @Override
        public T deserialize(String topic, byte[] bytes) {
            Object value = decode(topic, bytes);
            if (value != null && !type.isInstance(value)) {
                throw new SerializationException("Expected a " + type.getName() + " on topic " + topic + ", found a "
                        + value.getClass().getName());
            }
            return type.cast(value);
        }

        /** Hostile bytes make the decoder throw all kinds of runtime exceptions; callers expect one. */
        private Object decode(String topic, byte[] bytes) {
            try {
                return inner.deserialize(topic, bytes);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new SerializationException("A record on topic " + topic + " is not Avro: " + e, e);
            }
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
