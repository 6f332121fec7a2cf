package dev.semantica.streams;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sees to it that a dead letter fits into a record. A producer that compresses gets larger records past the brokers than
 * may be written here; such a letter says why and where, and leaves the record itself in its topic.
 */
final class DeadLetters {

    /** Configuration key of the handlers: the largest record that may be written. */
    static final String MAX_BYTES = "semantica.dead.letters.max.bytes";
    /** Header of a letter that is not whole: how many bytes the whole would have had. */
    static final String CUT = "semantica.dead.letter.cut";

    private static final int MAX_HEADER = 4096;
    /** What Kafka puts around a record, and around a header. */
    private static final int FRAME = 128;

    private static final int HEADER_FRAME = 10;

    private static final List<String> ERRORS = Stream.of(
                    "exception", "message", "stacktrace", "topic", "partition", "offset")
            .map(name -> "__streams.errors." + name)
            .toList();

    private final long most;

    DeadLetters(Map<String, ?> configs) {
        Object configured = configs.get(MAX_BYTES);
        this.most = configured == null ? Long.MAX_VALUE : Long.parseLong(configured.toString());
    }

    List<ProducerRecord<byte[], byte[]>> fitting(List<ProducerRecord<byte[], byte[]>> letters) {
        return letters.stream()
                .map(letter -> bytes(letter) <= most ? letter : cut(letter))
                .toList();
    }

    private static ProducerRecord<byte[], byte[]> cut(ProducerRecord<byte[], byte[]> letter) {
        Headers headers = new RecordHeaders();
        for (String name : ERRORS) {
            Header header = letter.headers().lastHeader(name);
            if (header != null && header.value() != null) {
                byte[] value = header.value();
                headers.add(name, value.length <= MAX_HEADER ? value : Arrays.copyOf(value, MAX_HEADER));
            }
        }
        headers.add(CUT, Long.toString(bytes(letter)).getBytes(StandardCharsets.US_ASCII));
        byte[] key = length(letter.key()) <= MAX_HEADER ? letter.key() : null;
        return new ProducerRecord<>(letter.topic(), letter.partition(), letter.timestamp(), key, null, headers);
    }

    private static long bytes(ProducerRecord<byte[], byte[]> letter) {
        long bytes = FRAME + length(letter.key()) + length(letter.value());
        for (Header header : letter.headers()) {
            bytes += HEADER_FRAME + EventRules.utf8(header.key()) + length(header.value());
        }
        return bytes;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
