package dev.semantica.console.deadletters;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record as it came, with why it was put aside (headers of KIP-1034).
 *
 * @param record as it lies among the dead letters
 */
record DeadLetter(ConsumerRecord<byte[], byte[]> record) {

    static final String ERRORS_PREFIX = "__streams.errors.";
    /** On a record that was sent again: the dead letter that it comes from. */
    static final String REPLAYED_FROM = "semantica.replayed.from";

    private static final int LINE_LENGTH = 120;

    /** Where it lies among the dead letters. */
    Position position() {
        return new Position(record.partition(), record.offset());
    }

    /** When it was put aside. */
    Instant putAside() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** Its key; may be null. */
    byte[] key() {
        return record.key();
    }

    /** Its value; may be null. */
    byte[] value() {
        return record.value();
    }

    /** All its headers. */
    List<Header> headers() {
        return List.of(record.headers().toArray());
    }

    /** Topic that the record was on; null if no header says so. */
    String sourceTopic() {
        return error("topic");
    }

    /** Partition that it was in; null if no header says so. */
    Integer sourcePartition() {
        String partition = error("partition");
        return partition == null || !partition.matches("\\d{1,9}") ? null : Integer.valueOf(partition);
    }

    /** Offset that it had; null if no header says so. */
    String sourceOffset() {
        return error("offset");
    }

    /** What went wrong: the message, else the exception's class, on one line. */
    String reason() {
        String message = error("message");
        String text = message == null || message.isBlank() ? error("exception") : message;
        if (text == null) {
            return "no reason given";
        }
        String line = Text.line(text);
        return line.length() <= LINE_LENGTH ? line : line.substring(0, LINE_LENGTH - 1) + "…";
    }

    /** Whether its headers say where it was. */
    boolean hasSource() {
        return sourceTopic() != null && sourcePartition() != null;
    }

    /** Bytes of key and value. */
    int size() {
        return (key() == null ? 0 : key().length) + (value() == null ? 0 : value().length);
    }

    /**
     * The record to send again: to its topic and partition, without the headers that say what went wrong.
     *
     * @throws IllegalStateException if its headers do not say where it was
     */
    ProducerRecord<byte[], byte[]> toSource() {
        if (!hasSource()) {
            throw new IllegalStateException("Dead letter " + position() + " does not say on which topic it was");
        }
        List<Header> kept = new ArrayList<>();
        for (Header header : headers()) {
            if (!header.key().startsWith(ERRORS_PREFIX) && !header.key().equals(REPLAYED_FROM)) {
                kept.add(header);
            }
        }
        ProducerRecord<byte[], byte[]> again =
                new ProducerRecord<>(sourceTopic(), sourcePartition(), key(), value(), kept);
        again.headers().add(REPLAYED_FROM, position().toString().getBytes(StandardCharsets.UTF_8));
        return again;
    }

    /** The last one counts: who puts a record aside keeps its headers, which anybody may have written, and adds to them. */
    private String error(String name) {
        Header header = record.headers().lastHeader(ERRORS_PREFIX + name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /**
     * Where a dead letter lies; written {@code PARTITION:OFFSET}.
     *
     * @param partition partition of dead-letters
     * @param offset offset in it
     */
    record Position(int partition, long offset) {

        /**
         * Reads what {@link #toString} writes.
         *
         * @throws IllegalArgumentException saying what was expected
         */
        static Position parse(String text) {
            String[] parts = text.split(":", -1);
            try {
                Position position = new Position(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
                if (parts.length == 2 && position.partition >= 0 && position.offset >= 0) {
                    return position;
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                // Told below.
            }
            throw new IllegalArgumentException("Expected PARTITION:OFFSET as 'semantica dlq list' shows it, for"
                    + " example 0:17, found '" + text + "'");
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d:%d", partition, offset);
        }
    }
}
