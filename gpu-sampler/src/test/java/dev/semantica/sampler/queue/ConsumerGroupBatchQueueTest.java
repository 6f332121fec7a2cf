package dev.semantica.sampler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumerGroupBatchQueueTest extends BatchQueueContractTest {
    private static final Duration SESSION = Duration.ofSeconds(3);

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(
                new EmbeddedBrokerConfig(directory, 0, Map.of("group.min.session.timeout.ms", "1000")));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Override
    String createTopic(int partitions) throws Exception {
        return ShareGroupBatchQueueTest.createTopic(broker.bootstrapServers(), "consumer-", partitions);
    }

    @Override
    void produce(String topic, List<String> values) throws Exception {
        try (var producer = ShareGroupBatchQueueTest.producer(broker.bootstrapServers(), Map.of())) {
            for (var value : values) {
                producer.send(ShareGroupBatchQueueTest.record(topic, value)).get();
            }
        }
    }

    @Override
    BatchQueue open(String topic, int maxInFlight, Duration lock, LostDeliveryListener losses) throws Exception {
        return open(topic, maxInFlight, lock, losses, Map.of());
    }

    private static BatchQueue open(
            String topic, int maxInFlight, Duration lock, LostDeliveryListener losses, Map<String, String> more)
            throws Exception {
        var session = lock.compareTo(SESSION) < 0 ? SESSION : lock;
        var client = new HashMap<>(more);
        client.put("bootstrap.servers", broker.bootstrapServers());
        return ConsumerGroupBatchQueue.open(
                new ConsumerGroupConfig(topic, topic, maxInFlight, session, DELIVERY_LIMIT, client), losses);
    }

    @Override
    Duration lockOfTheKilled() {
        return SESSION;
    }

    @Override
    AutoCloseable takeInAnotherProcess(String topic, Duration lock) throws Exception {
        return new QueueProcess("consumer", broker.bootstrapServers(), topic, lock, DELIVERY_LIMIT);
    }

    @Test
    void whatWasDoneOutOfOrderIsNotDoneAgainByTheNext() throws Exception {
        produce(topic, numbers(0, 6));
        var first = open(4, LONG_LOCK);
        var taken = take(first, 4);
        taken.get(1).complete();
        taken.get(3).reject();
        var next = take(first, 2);
        next.get(1).complete();
        first.close(Duration.ZERO);

        var second = open(4, LONG_LOCK);
        var left = take(second, 3);
        assertThat(left).extracting(BatchQueueContractTest::text).containsExactlyInAnyOrder("0", "2", "4");
        assertThat(left).extracting(Delivery::deliveryCount).containsOnly(2);
        left.forEach(Delivery::complete);
        assertNothingIsLeft(second);
    }

    @Test
    void aRecordThatEveryWorkerDiesOfIsDeliveredAsTheLastUntilSomeoneRecordsTheFailure() throws Exception {
        produce(topic, List.of("poison"));
        for (var count = 1; count <= DELIVERY_LIMIT + 1; count++) {
            var queue = open(1, LONG_LOCK);
            var delivery = takeOne(queue);
            assertThat(delivery.deliveryCount()).isEqualTo(count);
            assertThat(delivery.lastDelivery()).isEqualTo(count >= DELIVERY_LIMIT);
            queue.close(Duration.ZERO);
        }
        var queue = open(1, LONG_LOCK);
        takeOne(queue).complete();
        assertNothingIsLeft(queue);
    }

    @Test
    void aPartitionThatGoesToAnotherTakesItsDeliveriesAlong() throws Exception {
        var wide = createTopic(4);
        produce(wide, numbers(0, 40));
        try (var first = open(wide, 40, LONG_LOCK, (delivery, reason) -> lost.add(delivery))) {
            var taken = take(first, 40);
            try (var second = open(wide, 40, LONG_LOCK, (delivery, reason) -> {})) {
                await(() -> lost.size() > 0);
                var again = new ArrayList<Delivery>(second.poll(PATIENCE));
                var moved = lost.stream().map(Delivery::partition).collect(java.util.stream.Collectors.toSet());
                var expected = taken.stream()
                        .filter(delivery -> moved.contains(delivery.partition()))
                        .count();
                again.addAll(take(second, (int) expected - again.size()));
                assertThat(lost).hasSize((int) expected);
                assertThat(again).extracting(Delivery::deliveryCount).containsOnly(2);
                assertThat(again)
                        .extracting(BatchQueueContractTest::text)
                        .containsExactlyInAnyOrderElementsOf(
                                lost.stream().map(BatchQueueContractTest::text).toList());

                // What the first says of them is of no effect.
                lost.forEach(Delivery::reject);
                taken.stream().filter(delivery -> !delivery.lost()).forEach(Delivery::complete);
                first.close(PATIENCE);
                again.get(0).release();
                var released = takeOne(second);
                assertThat(released.deliveryCount()).isEqualTo(3);
                assertThat(text(released)).isEqualTo(text(again.get(0)));
                released.complete();
                again.stream().skip(1).forEach(Delivery::complete);
            }
            try (var third = open(wide, 40, LONG_LOCK, (delivery, reason) -> {})) {
                produce(wide, List.of("marker"));
                var marker = takeOne(third);
                assertThat(text(marker)).isEqualTo("marker");
                marker.complete();
            }
        }
    }

    @Test
    void workersThatComeAndGoDoEveryRecordAndLoseNone() throws Exception {
        var wide = createTopic(6);
        produce(wide, numbers(0, 120));
        Set<String> done = new TreeSet<>();
        var queues = new ArrayList<BatchQueue>();
        try {
            for (var round = 0; done.size() < 120; round++) {
                if (round % 10 == 0 && queues.size() < 3) {
                    queues.add(open(wide, 3, LONG_LOCK, (delivery, reason) -> {}));
                } else if (round % 25 == 24) {
                    queues.remove(0).close(Duration.ZERO);
                }
                for (var queue : queues) {
                    for (var delivery : queue.poll(Duration.ofMillis(50))) {
                        // Held over the change of hands now and then.
                        if (!delivery.lost() && !delivery.lastDelivery() && delivery.offset() % 7 == round % 7) {
                            delivery.release();
                        } else {
                            if (!delivery.lost()) {
                                done.add(text(delivery));
                            }
                            delivery.complete();
                        }
                    }
                }
            }
        } finally {
            queues.forEach(queue -> queue.close(PATIENCE));
        }
        assertThat(done).containsExactlyInAnyOrderElementsOf(numbers(0, 120));
    }

    @Test
    void workLongerThanThePollIntervalKeepsItsPartition() throws Exception {
        produce(topic, numbers(0, 2));
        var impatient = Map.of("max.poll.interval.ms", "3000");
        try (var queue = open(topic, 1, SESSION, (delivery, reason) -> lost.add(delivery), impatient)) {
            var slow = takeOne(queue);
            try (var other = open(topic, 1, SESSION, (delivery, reason) -> {}, impatient)) {
                assertThat(other.poll(Duration.ofSeconds(7))).isEmpty();
                assertThat(slow.lost()).isFalse();
                slow.complete();
            }
            takeOne(queue).complete();
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void markersAndAbortedTransactionsHoldNothingUp() throws Exception {
        try (var producer =
                ShareGroupBatchQueueTest.producer(broker.bootstrapServers(), Map.of("transactional.id", topic))) {
            producer.initTransactions();
            for (var i = 0; i < 20; i++) {
                producer.beginTransaction();
                producer.send(ShareGroupBatchQueueTest.record(topic, (i % 2 == 0 ? "committed-" : "aborted-") + i))
                        .get();
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
        try (var queue = open(topic, 1, LONG_LOCK, (delivery, reason) -> lost.add(delivery))) {
            for (var i = 0; i < 20; i += 2) {
                var delivery = takeOne(queue);
                assertThat(text(delivery)).isEqualTo("committed-" + i);
                delivery.complete();
            }
        }
    }

    @Test
    void aMissingTopicIsNamed() {
        assertThatThrownBy(() -> open("no-such-topic", 1, LONG_LOCK, (delivery, reason) -> {}))
                .isInstanceOf(BatchQueueException.class)
                .hasMessageContaining("no-such-topic does not exist")
                .hasMessageContaining("semantica topics create");
    }
}
