package dev.semantica.console.evaluate;

import dev.semantica.console.cluster.Claims;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.data.MadeVariation;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Variation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * What the topics of a cluster hold of one request at this moment, committed records only. Images are spooled to files by
 * digest, so that a large request needs no large heap.
 */
final class RequestRecords {

    private static final Duration POLL = Duration.ofMillis(500);

    private final Connection connection;
    private final Claims claims;
    private final String requestId;
    private final Path spool;
    private final SortedMap<String, String> lost = new TreeMap<>();

    /**
     * Reads nothing yet.
     *
     * @param spool folder for the images
     */
    RequestRecords(Connection connection, Claims claims, String requestId, Path spool) {
        this.connection = connection;
        this.claims = claims;
        this.requestId = requestId;
        this.spool = spool;
    }

    /** Its source images with their labels, sorted by id. */
    List<LabelledImage> sources() throws IOException {
        SortedMap<String, LabelledImage> sources = new TreeMap<>();
        Topic<ImageEvent> topic = connection.topics().imageEvents();
        forEach(topic, (where, event) -> {
            // A source that was sent again is the same source.
            if (event.getRequestId().equals(requestId) && !sources.containsKey(event.getImageId())) {
                LabelledImage.Content content = spooled(where, claims.checkOutSource(event.getImage()));
                String label = event.getLabel() == null ? "" : event.getLabel();
                sources.put(event.getImageId(), new LabelledImage(event.getImageId(), label, content));
            }
        });
        return List.copyOf(sources.values());
    }

    /** Its variations. */
    List<MadeVariation> variations() throws IOException {
        List<MadeVariation> made = new ArrayList<>();
        Topic<Variation> topic = connection.topics().variations();
        forEach(topic, (where, variation) -> {
            if (variation.getRequestId().equals(requestId)) {
                made.add(new MadeVariation(
                        variation.getImageId(),
                        variation.getProvenance().getSourceDigest(),
                        variation.getIndex(),
                        spooled(where, claims.checkOut(variation.getImage()))));
            }
        });
        return made;
    }

    /** Why images could not be had, by record. */
    SortedMap<String, String> lost() {
        return lost;
    }

    @FunctionalInterface
    private interface Action<V> {
        void accept(String where, V value) throws IOException;
    }

    private <V> void forEach(Topic<V> topic, Action<V> action) {
        try (Consumer<String, byte[]> reader = connection.reader()) {
            List<PartitionInfo> found = reader.partitionsFor(topic.name());
            if (found == null || found.isEmpty()) {
                throw new ConfigurationException("There is no topic '" + topic.name() + "' at "
                        + connection.config().bootstrapServers() + "; check topics.prefix and --bootstrap-servers");
            }
            List<TopicPartition> partitions = found.stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
                    String where = record.topic() + "-" + record.partition() + "@" + record.offset();
                    try {
                        V value = topic.valueSerde().deserializer().deserialize(record.topic(), record.value());
                        if (value != null) {
                            action.accept(where, value);
                        }
                    } catch (IOException | RuntimeException e) {
                        // One bad record costs itself; others of the request are as good as they were.
                        lost.put(where, String.valueOf(e.getMessage()));
                    }
                }
            }
        }
    }

    private LabelledImage.Content spooled(String where, InlineImage image) throws IOException {
        ByteBuffer bytes = image.getData().duplicate();
        Path file = spool.resolve(digest(bytes.duplicate()));
        if (!Files.exists(file)) {
            Files.createDirectories(spool);
            Path unfinished = Files.createTempFile(spool, "image", ".unfinished");
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return () -> {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new IOException("the image of record " + where + " is gone from " + spool, e);
            }
        };
    }

    private static String digest(ByteBuffer bytes) {
        return Hex.encodeHexString(
                DigestUtils.updateDigest(DigestUtils.getSha256Digest(), bytes).digest());
    }
}
