package dev.semantica.connectors.sink;

import dev.semantica.connectors.dataset.Example;
import dev.semantica.connectors.sink.DatasetSinkConfig.Rotation;
import dev.semantica.connectors.sink.DatasetSinkConfig.RotationClock;
import dev.semantica.connectors.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** Cuts one topic partition into chunks and publishes them. */
final class PartitionWriter {

    /** Each piece holds a file open. */
    private static final int MAX_PIECES = 200;

    private final TopicPartition partition;
    private final DatasetSinkConfig config;
    private final Storage storage;
    private final Path spool;
    private final Clock clock;

    private Chunk chunk;
    /** The chunk as an earlier attempt cut it; null if this is the first one. */
    private ChunkRecord earlier;

    private long beganMs;
    private boolean due;
    /** The first offset that was not handled yet; -1 if none was. */
    private long next = -1;

    PartitionWriter(TopicPartition partition, DatasetSinkConfig config, Storage storage, Path spool, Clock clock) {
        this.partition = partition;
        this.config = config;
        this.storage = storage;
        this.spool = spool;
        this.clock = clock;
    }

    /** Whether a record was handled already, by a call that failed later. */
    boolean knows(long offset) {
        return offset < next;
    }

    /**
     * Adds an example, and publishes the chunk that it completes or does not belong to any more.
     *
     * @param timestampMs the record's time; null if it has none
     * @throws IOException if the storage does not answer; the call may be repeated
     */
    void add(long offset, Long timestampMs, String folder, Example example) throws IOException {
        if (chunk != null && endsBefore(offset, timestampMs)) {
            publish();
        }
        if (chunk == null) {
            begin(offset, timestampMs);
        }
        chunk.add(folder, example);
        next = offset + 1;
        due = earlier == null ? isFull() : next > earlier.to();
        publishIfDue();
    }

    /** Leaves a bad record out. */
    void skip(long offset) throws IOException {
        next = offset + 1;
        due |= chunk != null && earlier != null && next > earlier.to();
        publishIfDue();
    }

    private boolean endsBefore(long offset, Long timestampMs) {
        if (earlier != null) {
            return offset > earlier.to();
        }
        Rotation rotation = config.rotation();
        return rotation.clock() == RotationClock.RECORD
                && timestampMs != null
                && timestampMs - beganMs >= rotation.interval().toMillis();
    }

    private boolean isFull() {
        return chunk.examples() >= config.rotation().records()
                || chunk.bytes() >= config.rotation().bytes()
                || chunk.pieces() >= MAX_PIECES;
    }

    private void begin(long offset, Long timestampMs) throws IOException {
        Optional<ChunkRecord> found = ChunkRecord.read(storage, partition, offset);
        if (found.isPresent() && !found.get().layout().equals(config.layout())) {
            throw new ConnectException("Chunk " + ChunkRecord.stem(partition, offset) + " was begun as "
                    + found.get().layout() + " and cannot be finished as " + config.layout()
                    + ". Restore the setting, or write to another location");
        }
        earlier = found.orElse(null);
        chunk = new Chunk(offset, ChunkRecord.stem(partition, offset), config.format(), spool);
        beganMs =
                config.rotation().clock() == RotationClock.RECORD && timestampMs != null ? timestampMs : clock.millis();
    }

    /** Publishes the chunk if it is complete. */
    void publishIfDue() throws IOException {
        if (chunk != null && (due || timeLeft().isZero())) {
            publish();
        }
    }

    /** How long until the chunk is complete by the clock; never negative. */
    Duration timeLeft() {
        if (chunk == null || earlier != null || config.rotation().clock() == RotationClock.RECORD) {
            return config.rotation().interval();
        }
        long left = beganMs + config.rotation().interval().toMillis() - clock.millis();
        return Duration.ofMillis(Math.max(0, left));
    }

    private void publish() throws IOException {
        due = true;
        ChunkRecord record = earlier != null
                ? null
                : new ChunkRecord(
                        ChunkRecord.FORMAT,
                        partition.topic(),
                        partition.partition(),
                        chunk.from(),
                        next - 1,
                        config.layout(),
                        chunk.finish());
        chunk.publish(storage, record);
        Chunk published = chunk;
        chunk = null;
        earlier = null;
        due = false;
        published.discard();
    }

    /**
     * The offset up to which everything is visible, if the given one was delivered. It is never in the middle of a
     * chunk, not even after a call that failed behind the chunk's end: a chunk that began there would repeat records.
     */
    long committable(long delivered) {
        return chunk == null ? Math.max(delivered, next) : chunk.from();
    }

    /** Forgets the unfinished chunk: its next owner reads its records again. */
    void discard() {
        if (chunk != null) {
            chunk.discard();
            chunk = null;
        }
    }
}
