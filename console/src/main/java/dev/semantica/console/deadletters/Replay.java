package dev.semantica.console.deadletters;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.security.Permissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RecordTooLargeException;

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
    private final Map<String, Integer> partitions = new HashMap<>();

    Replay(Connection connection) {
        this.connection = connection;
        // Installations that share a cluster differ in the names of their topics.
        this.group = "semantica-dlq-replay-" + connection.topics().deadLetters();
        this.letters = new DeadLetters(connection, Map.of(ConsumerConfig.GROUP_ID_CONFIG, group));
    }

    /** Gives what {@link #sendNew} would send, as far as can be told without sending it. */
    void preview(Consumer<DeadLetter> action) {
        letters.forEachFrom(notYetSent(), letter -> {
            if (homelessBecause(letter).isEmpty()) {
                action.accept(letter);
            }
        });
    }

    /**
     * Sends everything again that was not sent yet.
     *
     * @param sent gets each letter once its transaction is committed
     * @param homeless gets each letter that cannot be sent, and why; it is passed over
     */
    void sendNew(Consumer<DeadLetter> sent, BiConsumer<DeadLetter, String> homeless) {
        try (Producer<byte[], byte[]> producer = connection.transactionalProducer(group)) {
            producer.initTransactions();
            Sending sending = new Sending(producer, true, sent, homeless);
            letters.forEachFrom(notYetSent(), sending::add);
            sending.send();
        }
    }

    /** Sends these again, whether they were sent before or not: in one transaction if all can be sent. */
    void send(List<DeadLetter.Position> positions, Consumer<DeadLetter> sent, BiConsumer<DeadLetter, String> homeless) {
        List<DeadLetter> found = positions.stream().map(letters::at).toList();
        try (Producer<byte[], byte[]> producer = connection.transactionalProducer(group)) {
            producer.initTransactions();
            new Sending(producer, false, sent, homeless).send(found);
        }
    }

    /** Why a letter cannot be sent to where its headers say that it was; empty if it may be. */
    private Optional<String> homelessBecause(DeadLetter letter) {
        if (!letter.hasSource()) {
            return Optional.of("has no headers that say where it was");
        }
        String topic = letter.sourceTopic();
        if (Permissions.REPLAYED.stream()
                .noneMatch(role -> connection.topics().names().of(role).equals(topic))) {
            return Optional.of("says that it was on '" + Text.line(topic)
                    + "', which is none of this installation's topics that dead letters come from");
        }
        int count = partitions.computeIfAbsent(topic, this::partitionsOf);
        return letter.sourcePartition() < count
                ? Optional.empty()
                : Optional.of("says that it was in partition " + letter.sourcePartition() + " of " + topic
                        + ", which has " + count);
    }

    private int partitionsOf(String topic) {
        List<PartitionInfo> found = letters.consumer().partitionsFor(topic);
        return found == null ? 0 : found.size();
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

    /** Letters on their way, in transactions that are bounded in number and bytes. */
    private final class Sending {
        private final Producer<byte[], byte[]> producer;
        private final boolean remembered;
        private final Consumer<DeadLetter> sent;
        private final BiConsumer<DeadLetter, String> homeless;
        private final List<DeadLetter> added = new ArrayList<>();
        private int bytes;

        /** @param remembered whether what is sent counts as sent in later runs */
        Sending(
                Producer<byte[], byte[]> producer,
                boolean remembered,
                Consumer<DeadLetter> sent,
                BiConsumer<DeadLetter, String> homeless) {
            this.producer = producer;
            this.remembered = remembered;
            this.sent = sent;
            this.homeless = homeless;
        }

        void add(DeadLetter letter) {
            added.add(letter);
            bytes += letter.size();
            if (added.size() >= TRANSACTION_LETTERS || bytes >= TRANSACTION_BYTES) {
                send();
            }
        }

        void send() {
            send(List.copyOf(added));
            added.clear();
            bytes = 0;
        }

        /** Where one record is refused, the transaction is lost for all: halves are tried, until it is alone. */
        private void send(List<DeadLetter> some) {
            if (some.isEmpty()) {
                return;
            }
            Map<DeadLetter, String> passedOver = new LinkedHashMap<>();
            for (DeadLetter letter : some) {
                homelessBecause(letter).ifPresent(why -> passedOver.put(letter, why));
            }
            Optional<ApiException> refusal = attempt(some, passedOver.keySet());
            if (refusal.isPresent() && some.size() > 1) {
                send(some.subList(0, some.size() / 2));
                send(some.subList(some.size() / 2, some.size()));
                return;
            }
            if (refusal.isPresent()) {
                passedOver.put(
                        some.get(0), "is refused: " + Text.line(refusal.get().getMessage()));
                attempt(some, passedOver.keySet());
            }
            some.stream().filter(letter -> !passedOver.containsKey(letter)).forEach(sent);
            passedOver.forEach(homeless);
        }

        /**
         * One transaction.
         *
         * @return why the brokers or the producer refuse one of the records for good, if so; then nothing was done
         * @throws KafkaException if it failed otherwise
         */
        private Optional<ApiException> attempt(List<DeadLetter> some, Set<DeadLetter> left) {
            AtomicReference<ApiException> refusal = new AtomicReference<>();
            producer.beginTransaction();
            try {
                for (DeadLetter letter : some) {
                    if (!left.contains(letter)) {
                        var unused = producer.send(letter.toSource(), (metadata, failure) -> {
                            if (failure instanceof RecordTooLargeException
                                    || failure instanceof InvalidRecordException) {
                                refusal.compareAndSet(null, (ApiException) failure);
                            }
                        });
                    }
                }
                if (remembered) {
                    producer.sendOffsetsToTransaction(
                            offsetsBehind(some), letters.consumer().groupMetadata());
                }
                producer.commitTransaction();
                return Optional.empty();
            } catch (KafkaException e) {
                if (refusal.get() == null) {
                    throw e;
                }
                producer.abortTransaction();
                return Optional.of(refusal.get());
            }
        }

        private Map<TopicPartition, OffsetAndMetadata> offsetsBehind(List<DeadLetter> some) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (DeadLetter letter : some) {
                offsets.put(
                        new TopicPartition(
                                connection.topics().deadLetters(),
                                letter.position().partition()),
                        new OffsetAndMetadata(letter.position().offset() + 1));
            }
            return offsets;
        }
    }
}
