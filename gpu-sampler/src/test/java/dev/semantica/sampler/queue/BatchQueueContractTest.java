package dev.semantica.sampler.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link BatchQueue} keeps. */
abstract class BatchQueueContractTest {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A queue of the test's group with a lock of two seconds. */
    abstract BatchQueue open(int maxInFlight);

    /** Puts batches into the topic. */
    abstract void produce(String... values);

    @Test
    void deliversEveryBatchOnceWhenCompleted() throws Exception {
        produce("a", "b", "c", "d", "e");
        Set<String> seen = new HashSet<>();
        try (BatchQueue queue = open(2)) {
            while (seen.size() < 5) {
                Delivery delivery = take(queue);
                assertThat(delivery.deliveryCount()).isEqualTo(1);
                assertThat(seen.add(text(delivery))).isTrue();
                delivery.complete();
            }
            queue.close(PATIENCE);
        }
        produce("f");
        try (BatchQueue queue = open(2)) {
            Delivery delivery = take(queue);
            assertThat(text(delivery)).isEqualTo("f");
            delivery.complete();
            queue.close(PATIENCE);
        }
    }

    @Test
    void aReleasedBatchComesAgainAndTheLastDeliveryIsMarked() throws Exception {
        produce("a");
        try (BatchQueue queue = open(1)) {
            for (int count = 1; count <= 3; count++) {
                Delivery delivery = take(queue);
                assertThat(delivery.deliveryCount()).isEqualTo(count);
                assertThat(delivery.lastDelivery()).isEqualTo(count == 3);
                if (count < 3) {
                    delivery.release();
                } else {
                    delivery.complete();
                }
            }
            queue.close(PATIENCE);
        }
    }

    @Test
    void workThatTakesLongerThanTheLockIsNotDeliveredTwice() throws Exception {
        produce("a", "b");
        try (BatchQueue queue = open(2);
                BatchQueue other = open(2)) {
            Delivery first = takeFromEither(queue, other);
            Delivery second = takeFromEither(queue, other);
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (System.nanoTime() < end) {
                assertThat(queue.take(Duration.ofMillis(50))).isNull();
                assertThat(other.take(Duration.ofMillis(50))).isNull();
            }
            assertThat(Set.of(text(first), text(second))).containsExactlyInAnyOrder("a", "b");
            first.complete();
            second.complete();
            queue.close(PATIENCE);
            other.close(PATIENCE);
        }
        produce("c");
        try (BatchQueue queue = open(1)) {
            assertThat(text(take(queue))).isEqualTo("c");
        }
    }

    @Test
    void whatAClosedWorkerDidNotFinishGoesToAnother() throws Exception {
        produce("a");
        try (BatchQueue queue = open(1)) {
            assertThat(text(take(queue))).isEqualTo("a");
        }
        try (BatchQueue queue = open(1)) {
            Delivery delivery = take(queue);
            assertThat(text(delivery)).isEqualTo("a");
            assertThat(delivery.deliveryCount()).isEqualTo(2);
        }
    }

    @Test
    void neverHoldsMoreThanItMay() throws Exception {
        produce("a", "b", "c", "d", "e", "f");
        try (BatchQueue queue = open(2)) {
            List<Delivery> held = new ArrayList<>(List.of(take(queue), take(queue)));
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (System.nanoTime() < end) {
                assertThat(queue.take(Duration.ofMillis(50))).isNull();
            }
            held.forEach(Delivery::complete);
            assertThat(text(take(queue))).isNotEmpty();
        }
    }

    static Delivery take(BatchQueue queue) throws InterruptedException {
        Delivery delivery = queue.take(PATIENCE);
        assertThat(delivery).isNotNull();
        return delivery;
    }

    static String text(Delivery delivery) {
        return new String(delivery.value(), StandardCharsets.UTF_8);
    }

    private static Delivery takeFromEither(BatchQueue one, BatchQueue other) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Delivery delivery = one.take(Duration.ofMillis(50));
            delivery = delivery == null ? other.take(Duration.ofMillis(50)) : delivery;
            if (delivery != null) {
                return delivery;
            }
        }
        throw new AssertionError("No batch came");
    }
}
