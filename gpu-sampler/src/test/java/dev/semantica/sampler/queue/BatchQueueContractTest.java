package dev.semantica.sampler.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link BatchQueue} does, whatever it stands on. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
abstract class BatchQueueContractTest {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Duration SHORT_LOCK = Duration.ofSeconds(1);
    static final Duration LONG_LOCK = Duration.ofSeconds(60);
    static final int DELIVERY_LIMIT = 3;

    final List<Delivery> lost = new CopyOnWriteArrayList<>();
    private final List<BatchQueue> opened = new ArrayList<>();
    String topic;

    /** Creates a topic that no other test uses and returns its name. */
    abstract String createTopic(int partitions) throws Exception;

    /** Writes records, in this order where they go to one partition; a value is also the record's key and header. */
    abstract void produce(String topic, List<String> values) throws Exception;

    /**
     * Opens a queue on the topic, all queues on one topic being of one group.
     *
     * @param lock after how long a record is taken away from a queue that went silent
     */
    abstract BatchQueue open(String topic, int maxInFlight, Duration lock, LostDeliveryListener losses)
            throws Exception;

    /** A lock with which a killed process's record comes to another queue within the patience. */
    abstract Duration lockOfTheKilled();

    /** Takes one record in a process of its own, and is killed without warning on close. */
    abstract AutoCloseable takeInAnotherProcess(String topic, Duration lock) throws Exception;

    @BeforeEach
    void createTopic() throws Exception {
        topic = createTopic(1);
    }

    @AfterEach
    void closeQueues() {
        opened.forEach(queue -> queue.close(Duration.ZERO));
    }

    final BatchQueue open(int maxInFlight, Duration lock) throws Exception {
        var queue = open(topic, maxInFlight, lock, (delivery, reason) -> lost.add(delivery));
        opened.add(queue);
        return queue;
    }

    static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    static String text(Delivery delivery) {
        return new String(delivery.value(), UTF_8);
    }

    /** Polls until this many deliveries are there. */
    static List<Delivery> take(BatchQueue queue, int count) throws InterruptedException {
        var taken = new ArrayList<Delivery>();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (taken.size() < count && System.nanoTime() < deadline) {
            taken.addAll(queue.poll(Duration.ofMillis(100)));
        }
        assertThat(taken).hasSize(count);
        return taken;
    }

    static Delivery takeOne(BatchQueue queue) throws InterruptedException {
        return take(queue, 1).get(0);
    }

    static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** The next record of the topic is a new one: nothing older is left to come. */
    final void assertNothingIsLeft(BatchQueue queue) throws Exception {
        produce(topic, List.of("marker"));
        var delivery = takeOne(queue);
        assertThat(text(delivery)).isEqualTo("marker");
        delivery.complete();
    }

    @Test
    void everyRecordIsDeliveredWholeAndNoneTwice() throws Exception {
        produce(topic, numbers(0, 40));
        var values = new ArrayList<String>();
        try (var queue = open(3, LONG_LOCK)) {
            while (values.size() < 40) {
                for (var delivery : queue.poll(PATIENCE)) {
                    assertThat(delivery.topic()).isEqualTo(topic);
                    assertThat(delivery.partition()).isZero();
                    assertThat(delivery.key()).isEqualTo(delivery.value());
                    assertThat(delivery.headers().lastHeader("value").value()).isEqualTo(delivery.value());
                    assertThat(delivery.deliveryCount()).isEqualTo(1);
                    assertThat(delivery.lastDelivery()).isFalse();
                    values.add(text(delivery));
                    delivery.complete();
                }
            }
        }
        assertThat(values).containsExactlyInAnyOrderElementsOf(numbers(0, 40));
        assertNothingIsLeft(open(1, LONG_LOCK));
        assertThat(lost).isEmpty();
    }

    @Test
    void aReleasedRecordComesAgainAndTheLastTimeIsSaid() throws Exception {
        produce(topic, List.of("a"));
        var queue = open(1, LONG_LOCK);
        for (var count = 1; count <= DELIVERY_LIMIT; count++) {
            var delivery = takeOne(queue);
            assertThat(delivery.deliveryCount()).isEqualTo(count);
            assertThat(delivery.lastDelivery()).isEqualTo(count == DELIVERY_LIMIT);
            delivery.release();
        }
        assertNothingIsLeft(queue);
    }

    @Test
    void aRejectedRecordNeverComesAgain() throws Exception {
        produce(topic, List.of("a"));
        var queue = open(1, LONG_LOCK);
        takeOne(queue).reject();
        assertNothingIsLeft(queue);
    }

    @Test
    void onlyOneOutcomeIsTaken() throws Exception {
        produce(topic, List.of("a"));
        var delivery = takeOne(open(1, LONG_LOCK));
        delivery.complete();
        assertThatIllegalStateException().isThrownBy(delivery::release).withMessageContaining("one outcome");
    }

    @Test
    void outcomesMayComeFromAnyThread() throws Exception {
        produce(topic, numbers(0, 8));
        var queue = open(4, LONG_LOCK);
        var done = new ArrayList<CompletableFuture<Void>>();
        while (done.size() < 8) {
            queue.poll(PATIENCE).forEach(delivery -> done.add(CompletableFuture.runAsync(delivery::complete)));
        }
        done.forEach(CompletableFuture::join);
        assertNothingIsLeft(queue);
    }

    @Test
    void neverMoreThanMaxInFlightAreOut() throws Exception {
        produce(topic, numbers(0, 6));
        var queue = open(2, SHORT_LOCK);
        var out = take(queue, 2);
        assertThat(queue.poll(SHORT_LOCK)).isEmpty();

        out.get(1).complete();
        var third = takeOne(queue);
        assertThat(queue.poll(Duration.ofMillis(300))).isEmpty();

        out.get(0).release();
        third.complete();
        take(queue, 2);
        assertThat(lost).isEmpty();
    }

    @Test
    void workLongerThanTheLockKeepsItsRecordWhileOthersComeAndGo() throws Exception {
        produce(topic, numbers(0, 1));
        var queue = open(2, SHORT_LOCK);
        var slow = takeOne(queue);
        var other = open(1, SHORT_LOCK);
        assertThat(other.poll(SHORT_LOCK.multipliedBy(3))).isEmpty();
        other.close(Duration.ZERO);

        produce(topic, numbers(1, 20));
        var values = new ArrayList<String>();
        while (values.size() < 19) {
            for (var delivery : queue.poll(PATIENCE)) {
                values.add(text(delivery));
                delivery.complete();
            }
        }
        assertThat(values).isEqualTo(numbers(1, 20));
        assertThat(slow.lost()).isFalse();
        slow.complete();
        assertNothingIsLeft(queue);
        assertThat(lost).isEmpty();
    }

    @Test
    void aClosedQueueHandsItsRecordsToAnother() throws Exception {
        produce(topic, numbers(0, 2));
        var first = open(2, LONG_LOCK);
        var unfinished = take(first, 2);
        first.close(Duration.ZERO);
        assertThat(lost).containsExactlyInAnyOrderElementsOf(unfinished);
        assertThat(unfinished).allMatch(Delivery::lost);

        var second = take(open(2, LONG_LOCK), 2);
        assertThat(second).extracting(Delivery::deliveryCount).containsOnly(2);
        assertThat(second).extracting(BatchQueueContractTest::text).containsExactlyInAnyOrder("0", "1");
        unfinished.forEach(Delivery::complete);
        assertThat(first.poll(Duration.ZERO)).isEmpty();
    }

    @Test
    void aKilledProcessLosesItsRecordToAnother() throws Exception {
        produce(topic, List.of("a"));
        var queue = open(1, lockOfTheKilled());
        takeOne(queue).release();
        queue.close(PATIENCE);
        try (var victim = takeInAnotherProcess(topic, lockOfTheKilled())) {
            queue = open(1, lockOfTheKilled());
            assertThat(victim).isNotNull();
            assertThat(queue.poll(Duration.ofMillis(500))).isEmpty();
        }
        var delivery = takeOne(queue);
        assertThat(delivery.deliveryCount()).isEqualTo(3);
        delivery.complete();
        assertNothingIsLeft(queue);
    }

    @Test
    void closingWaitsForOutcomesAndTakesNoMore() throws Exception {
        produce(topic, numbers(0, 2));
        var queue = open(1, SHORT_LOCK);
        var delivery = takeOne(queue);
        var closing = CompletableFuture.runAsync(() -> queue.close(PATIENCE));
        assertThat(queue.poll(SHORT_LOCK.multipliedBy(2))).isEmpty();
        assertThat(closing).isNotDone();

        delivery.complete();
        closing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(lost).isEmpty();

        var again = takeOne(open(1, SHORT_LOCK));
        assertThat(text(again)).isEqualTo("1");
    }

    @Test
    void recordsFetchedAheadGoBackOnCloseUnreported() throws Exception {
        produce(topic, List.of("a", "b"));
        var first = open(2, LONG_LOCK);
        var polled = first.poll(PATIENCE);
        assertThat(polled).isNotEmpty();

        first.close(Duration.ZERO);
        var second = open(2, LONG_LOCK);
        assertThat(take(second, 2)).extracting(BatchQueueContractTest::text).containsExactlyInAnyOrder("a", "b");
        assertThat(lost).containsExactlyInAnyOrderElementsOf(polled);
    }

    @Test
    void aWakeupEndsThePoll() throws Exception {
        var queue = open(1, LONG_LOCK);
        queue.wakeup();
        assertThat(queue.poll(PATIENCE)).isEmpty();
        var polling = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.poll(PATIENCE);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        queue.wakeup();
        assertThat(polling.get(5, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void recordsOfAllPartitionsComeToOneQueue() throws Exception {
        var wide = createTopic(4);
        produce(wide, numbers(0, 40));
        try (var queue = open(wide, 2, LONG_LOCK, (delivery, reason) -> lost.add(delivery))) {
            var values = new ArrayList<String>();
            while (values.size() < 40) {
                for (var delivery : queue.poll(PATIENCE)) {
                    values.add(text(delivery));
                    delivery.complete();
                }
            }
            assertThat(values).containsExactlyInAnyOrderElementsOf(numbers(0, 40));
        }
        assertThat(lost).isEmpty();
    }
}
