package dev.semantica.console.deadletters;

import dev.semantica.console.cluster.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends dead letters back to where they were. What was sent again is remembered in the offsets of a consumer group, in
 * one transaction with the records, so that a second run, or one after a crash, sends only what is new.
 */
final class Replay implements AutoCloseable {

    private static final int TRANSACTION_LETTERS = 500;
    private static final int TRANSACTION_BYTES = 16 << 20;

    private final Connection connection;
    private final String group;
    private final DeadLetters letters;

    Replay(Connection connection) {
        this.connection = connection;
        // Installations that share a cluster differ in the names of their topics.
        this.group = "semantica-dlq-replay-" + connection.topics().deadLetters();
        this.letters = new DeadLetters(connection, Map.of(ConsumerConfig.GROUP_ID_CONFIG, group));
    }

    /** Gives what {@link #sendNew} would send. */
    void preview(Consumer<DeadLetter> action) {
        letters.forEachFrom(notYetSent(), letter -> {
            if (letter.hasSource()) {
                action.accept(letter);
            }
        });
    }

    /**
     * Sends everything again that was not sent yet.
     *
     * @param sent gets each letter once its transaction is committed
     * @param homeless gets each letter whose headers do not say where it was, and which is passed over
     */
    void sendNew(Consumer<DeadLetter> sent, Consumer<DeadLetter> homeless) {
        try (Producer<byte[], byte[]> producer = connection.transactionalProducer(group)) {
            producer.initTransactions();
            Transaction transaction = new Transaction(producer, sent, homeless);
            letters.forEachFrom(notYetSent(), transaction::add);
            transaction.commit();
        }
    }

    /** Sends these again in one transaction, whether they were sent before or not. */
    void send(List<DeadLetter.Position> positions, Consumer<DeadLetter> sent) {
        List<DeadLetter> found = positions.stream().map(letters::at).toList();
        try (Producer<byte[], byte[]> producer = connection.transactionalProducer(group)) {
            producer.initTransactions();
            producer.beginTransaction();
            for (DeadLetter letter : found) {
                var unused = producer.send(letter.toSource());
            }
            producer.commitTransaction();
        }
        found.forEach(sent);
    }

    private Map<TopicPartition, Long> notYetSent() {
        Map<TopicPartition, Long> starts = new HashMap<>();
        letters.consumer().committed(Set.copyOf(letters.partitions())).forEach((partition, committed) -> {
            if (committed != null) {
                starts.put(partition, committed.offset());
            }
        });
        return starts;
    }

    @Override
    public void close() {
        letters.close();
    }

    /** Records and the offsets that remember them, bounded in number and bytes. */
    private final class Transaction {
        private final Producer<byte[], byte[]> producer;
        private final Consumer<DeadLetter> sent;
        private final Consumer<DeadLetter> homeless;
        private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        private final List<DeadLetter> added = new ArrayList<>();
        private int bytes;

        Transaction(Producer<byte[], byte[]> producer, Consumer<DeadLetter> sent, Consumer<DeadLetter> homeless) {
            this.producer = producer;
            this.sent = sent;
            this.homeless = homeless;
        }

        void add(DeadLetter letter) {
            if (offsets.isEmpty()) {
                producer.beginTransaction();
            }
            if (letter.hasSource()) {
                var unused = producer.send(letter.toSource());
                added.add(letter);
                bytes += letter.size();
            } else {
                homeless.accept(letter);
            }
            offsets.put(
                    new TopicPartition(
                            connection.topics().deadLetters(), letter.position().partition()),
                    new OffsetAndMetadata(letter.position().offset() + 1));
            if (added.size() >= TRANSACTION_LETTERS || bytes >= TRANSACTION_BYTES) {
                commit();
            }
        }

        void commit() {
            if (offsets.isEmpty()) {
                return;
            }
            producer.sendOffsetsToTransaction(offsets, letters.consumer().groupMetadata());
            producer.commitTransaction();
            added.forEach(sent);
            added.clear();
            offsets.clear();
            bytes = 0;
        }
    }
}
