package dev.semantica.connectors.sink;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.connectors.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Says where a chunk ends. It is written before the chunk's files, so that a replay makes the same chunk again whatever
 * the clock says, and its files replace those of the first attempt.
 *
 * @param format names the form of this record
 * @param topic the topic
 * @param partition its partition
 * @param from offset of the first record
 * @param to offset of the last record
 * @param layout how its examples lie in files
 * @param files the files, in the order in which they were published
 */
record ChunkRecord(
        @JsonProperty("format") String format,
        @JsonProperty("topic") String topic,
        @JsonProperty("partition") int partition,
        @JsonProperty("from") long from,
        @JsonProperty("to") long to,
        @JsonProperty("layout") String layout,
        @JsonProperty("files") List<String> files) {

    static final String FORMAT = "semantica-chunk/1";

    private static final String FOLDER = ".semantica/chunks/";
    private static final int MAX_BYTES = 64 << 20;
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** What the files of a chunk are called, before their endings. */
    static String stem(TopicPartition partition, long from) {
        return String.format(Locale.ROOT, "%s-%05d-%020d", partition.topic(), partition.partition(), from);
    }

    private static String folder(TopicPartition partition) {
        return FOLDER + partition + "/";
    }

    private static String name(TopicPartition partition, long from) {
        return folder(partition) + stem(partition, from) + ".json";
    }

    /** The record of the chunk that begins at an offset, if one was begun to be published. */
    static Optional<ChunkRecord> read(Storage storage, TopicPartition partition, long from) throws IOException {
        return read(storage, name(partition, from));
    }

    private static Optional<ChunkRecord> read(Storage storage, String name) throws IOException {
        Optional<byte[]> bytes = storage.read(name, MAX_BYTES);
        try {
            return bytes.isEmpty() ? Optional.empty() : Optional.of(JSON.readValue(bytes.get(), ChunkRecord.class));
        } catch (JsonProcessingException e) {
            throw new ConnectException(
                    storage.uri(name) + " is no record of a chunk: " + e.getOriginalMessage()
                            + ". Remove it together with the chunk's files",
                    e);
        }
    }

    /** The chunk that an offset lies in but does not begin; empty if there is none. */
    static Optional<ChunkRecord> around(Storage storage, TopicPartition partition, long offset) throws IOException {
        List<String> names = new ArrayList<>();
        storage.list(folder(partition), file -> names.add(file.name()));
        // The names are padded, so that their order is that of the offsets.
        Optional<String> last = names.stream()
                .filter(name -> name.compareTo(name(partition, offset)) < 0)
                .max(String::compareTo);
        Optional<ChunkRecord> chunk = last.isEmpty() ? Optional.empty() : read(storage, last.get());
        return chunk.filter(record -> offset <= record.to());
    }

    /** Writes this record. */
    void write(Storage storage, Path spool) throws IOException {
        Path file = spool.resolve("chunk.json");
        Files.write(file, JSON.writeValueAsBytes(this));
        storage.write(name(new TopicPartition(topic, partition), from), file);
    }
}
