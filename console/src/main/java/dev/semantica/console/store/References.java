package dev.semantica.console.store;

import dev.semantica.console.cluster.Connection;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The references in all records that the topics still hold, dead letters too, for those can be sent again. */
final class References {

    private static final Logger LOG = LoggerFactory.getLogger(References.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String ORIGIN = "__streams.errors.topic";

    private final Topics topics;
    private final Map<String, Function<byte[], Stream<Object>>> images = new HashMap<>();

    private References(Topics topics) {
        this.topics = topics;
        put(topics.imageEvents(), event -> Stream.of(event.getImage()));
        put(topics.samplerBatches(), batch -> batch.getImages().stream().map(BatchImage::getImage));
        put(
                topics.samplerResults(),
                result -> result.getOutcome() instanceof SampledVariation made
                        ? Stream.of(made.getImage())
                        : Stream.empty());
        put(topics.variations(), variation -> Stream.of(variation.getImage()));
    }

    private <V> void put(Topic<V> topic, Function<V, Stream<Object>> of) {
        images.put(
                topic.name(),
                value -> of.apply(topic.valueSerde().deserializer().deserialize(topic.name(), value)));
    }

    /**
     * Reads every record that is there now.
     *
     * @return URIs, as the records have them
     * @throws org.apache.kafka.common.KafkaException if the registry cannot be reached, for then it is not known either
     * @throws IllegalStateException if a topic is missing: without it nobody knows what is referenced
     */
    static Set<String> read(Connection connection) {
        References references = new References(connection.topics());
        Set<String> found = new HashSet<>();
        try (Consumer<String, byte[]> reader = connection.reader()) {
            List<TopicPartition> partitions = references.partitions(reader);
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(POLL).forEach(record -> references.collect(record, found));
            }
        }
        return found;
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> reader) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : Stream.concat(images.keySet().stream(), Stream.of(topics.deadLetters()))
                .toList()) {
            List<PartitionInfo> found = reader.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new IllegalStateException(
                        "Topic " + topic
                                + " does not exist, so what it references is not known; check topics.prefix, and --bootstrap-servers");
            }
            found.forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        return partitions;
    }

    private void collect(ConsumerRecord<String, byte[]> record, Set<String> found) {
        Header origin = record.headers().lastHeader(ORIGIN);
        String topic = record.topic().equals(topics.deadLetters()) && origin != null
                ? new String(origin.value(), StandardCharsets.UTF_8)
                : record.topic();
        Function<byte[], Stream<Object>> reader = images.get(topic);
        if (reader == null || record.value() == null) {
            return;
        }
        try {
            reader.apply(record.value()).forEach(image -> {
                if (image instanceof ImageReference reference) {
                    found.add(reference.getUri());
                }
            });
        } catch (RuntimeException e) {
            if (AvroSerdes.isOutage(e)) {
                throw e;
            }
            // What nobody can read leads nobody anywhere.
            LOG.info("Record {}-{}@{} cannot be read", record.topic(), record.partition(), record.offset(), e);
        }
    }
}
