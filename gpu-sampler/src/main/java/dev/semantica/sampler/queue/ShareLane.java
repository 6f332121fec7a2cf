package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One place in flight: a share consumer that holds at most one record, and the thread that owns it.
 *
 * <p>Why one each: a share consumer returns no new records while it renews old ones, and refuses to poll while any
 * record is unacknowledged (Kafka 4.3.1, {@code ShareConsumerImpl.collect}). A consumer with several records would
 * so take new work only when the slowest of them is done. It also makes a failed acknowledgement, which Kafka reports
 * by partition, the failure of exactly one record.
 */
final class ShareLane implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ShareLane.class);

    /**
     * How long a poll waits, unless {@link #look()} ends it. Long, because a poll that ends while its fetch is on the
     * way leads to a second one, when a record arrives in the moment in which the next poll begins; what that brings
     * waits unseen behind the first record, its lock running (Kafka 4.3.1, {@code fetchMoreRecords}).
     */
    private static final Duration POLL = Duration.ofSeconds(30);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    /** Between two questions whether the coordinator is back. */
    private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(1);

    private static final Duration CONSUMER_CLOSE = Duration.ofSeconds(5);

    private final ShareGroupConfig config;
    private final Supplier<LaneConsumer> consumers;
    private final Coordinator coordinator;
    private final ReadyDeliveries<ShareDelivery> ready;
    private final LostDeliveryListener losses;

    private final CountDownLatch stop = new CountDownLatch(1);

    /** Replaced by the thread only; others use it only while {@link #polling}. Guarded by this. */
    private LaneConsumer current;

    /** Guarded by this: whether the thread is in a poll that a wake-up may end. */
    private boolean polling;

    /** Guarded by this: acknowledgements sent before the poll. */
    private double sentBefore;

    /** Guarded by this. */
    private ShareDelivery held;

    /**
     * Makes its first consumer at once.
     *
     * @param consumers makes consumers of the group that have no subscription yet
     * @throws KafkaException if that is not possible
     */
    ShareLane(
            ShareGroupConfig config,
            Supplier<LaneConsumer> consumers,
            Coordinator coordinator,
            ReadyDeliveries<ShareDelivery> ready,
            LostDeliveryListener losses) {
        this.config = config;
        this.consumers = consumers;
        this.coordinator = coordinator;
        this.ready = ready;
        this.losses = losses;
        this.current = consumers.get();
    }

    /** Takes no more records; the thread ends when the one that it holds has its outcome. */
    synchronized void stop() {
        stop.countDown();
        if (polling) {
            current.consumer().wakeup();
        }
    }

    /**
     * Ends a poll that cannot bring a record any more. A fetch that brings only a transaction's marker is followed by no
     * other within the same poll (Kafka 4.3.1, {@code ShareConsumerImpl.collect}); that the consumer acknowledged
     * something by itself tells of it.
     */
    synchronized void look() {
        if (polling
                && (current.acknowledgementsSent().value() > sentBefore
                        || current.heartbeats().isOverdue())) {
            current.consumer().wakeup();
        }
    }

    /** Hands the record back that still has no outcome. */
    synchronized void abandon() {
        if (held != null) {
            held.abandon();
        }
    }

    @Override
    public void run() {
        try {
            consumer().subscribe(List.of(config.topic()));
            var busyFor = Duration.ZERO;
            while (!stopping()) {
                var record = next();
                if (record.isPresent()) {
                    var start = System.nanoTime();
                    serve(record.get(), busyFor);
                    busyFor = Duration.ofNanos(System.nanoTime() - start);
                } else if (current().heartbeats().isOverdue()) {
                    reconnect();
                }
            }
        } catch (InterruptedException e) {
            fail("The thread was interrupted", e);
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            fail(String.valueOf(e.getMessage()), e);
        } finally {
            close(CONSUMER_CLOSE);
        }
    }

    private void fail(String what, Throwable cause) {
        synchronized (this) {
            if (held != null) {
                report(held, cause);
            }
        }
        ready.fail(new BatchQueueException(
                "The queue on topic " + config.topic() + " (share group " + config.groupId() + " at "
                        + config.bootstrapServers() + ") is broken: " + what
                        + ". Close it, remove the cause and open it again",
                cause));
    }

    /** Goes without a consumer until the coordinator is back: one that cannot reach it burns a core. */
    private void reconnect() throws InterruptedException {
        LOG.warn(
                "Share group {} at {} has not been reached for {} s; waiting for its coordinator",
                config.groupId(),
                config.bootstrapServers(),
                Heartbeats.OVERDUE.toSeconds());
        // Nobody is there whom it could tell that it leaves.
        close(Duration.ZERO);
        while (!stopping()) {
            if (coordinator.answers() && connected()) {
                LOG.info("Share group {} at {} is reached again", config.groupId(), config.bootstrapServers());
                return;
            }
            pauseUnlessStopped(RECONNECT_PAUSE);
        }
    }

    private boolean connected() {
        LaneConsumer fresh;
        try {
            fresh = consumers.get();
        } catch (KafkaException e) {
            LOG.warn("Could not join share group {}, trying again: {}", config.groupId(), e.toString());
            return false;
        }
        synchronized (this) {
            current = fresh;
        }
        fresh.consumer().subscribe(List.of(config.topic()));
        return true;
    }

    private synchronized LaneConsumer current() {
        return current;
    }

    private KafkaShareConsumer<byte[], byte[]> consumer() {
        return current().consumer();
    }

    /** Closing one that is closed already does nothing. */
    private void close(Duration timeout) {
        try {
            consumer().close(timeout);
        } catch (RuntimeException e) {
            LOG.warn("Could not leave share group {} cleanly: {}", config.groupId(), e.toString());
        }
    }

    private boolean stopping() {
        return stop.getCount() == 0;
    }

    /** Ends at once when the lane is stopped. */
    private void pauseUnlessStopped(Duration pause) throws InterruptedException {
        if (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("Polls topic {} again", config.topic());
        }
    }

    /** Waits for a record; none where there is a reason to look at the lane's state first. */
    private Optional<ConsumerRecord<byte[], byte[]>> next() throws InterruptedException {
        synchronized (this) {
            if (stopping()) {
                return Optional.empty();
            }
            sentBefore = current.acknowledgementsSent().value();
            polling = true;
        }
        try {
            var records = consumer().poll(POLL).iterator();
            return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
        } catch (WakeupException e) {
            return Optional.empty();
        } catch (CorruptRecordException | RecordDeserializationException e) {
            // The client has rejected or released the record already.
            LOG.error("A record of topic {} cannot be read and is skipped: {}", config.topic(), e.getMessage());
            return Optional.empty();
        } catch (RetriableException e) {
            LOG.warn("Could not poll topic {}, trying again: {}", config.topic(), e.toString());
            pauseUnlessStopped(RETRY_PAUSE);
            return Optional.empty();
        } finally {
            synchronized (this) {
                polling = false;
            }
        }
    }

    /**
     * Sees a record through to its outcome.
     *
     * @param busyFor how long the record before took. A record may have been fetched right after that one and have
     *     waited since, its lock running; where that was long, a renewal tells whether it is still this lane's.
     */
    private void serve(ConsumerRecord<byte[], byte[]> record, Duration busyFor) throws InterruptedException {
        if (busyFor.compareTo(renewInterval()) > 0 && renew(record).isPresent()) {
            return;
        }
        var delivery = new ShareDelivery(record, config.deliveryLimit());
        hold(delivery);
        if (!ready.offer(delivery)) {
            acknowledge(record, AcknowledgeType.RELEASE);
            hold(null);
            return;
        }
        var outcome = delivery.await(renewInterval());
        while (outcome.isEmpty()) {
            var failure = renew(record);
            if (failure.isPresent()) {
                report(delivery, failure.get());
                delivery.await();
                hold(null);
                return;
            }
            outcome = delivery.await(renewInterval());
        }
        var failure = acknowledge(record, outcome.get().type());
        if (!outcome.get().byWorker()) {
            report(delivery, new BatchQueueException("The queue was closed before the delivery had an outcome", null));
        } else if (failure.isPresent()) {
            report(delivery, failure.get());
        }
        hold(null);
    }

    private synchronized void hold(ShareDelivery delivery) {
        held = delivery;
    }

    private void report(ShareDelivery delivery, Throwable reason) {
        if (delivery.lost()) {
            return;
        }
        delivery.markLost();
        try {
            losses.lost(delivery, reason);
        } catch (RuntimeException e) {
            LOG.error("The listener for lost deliveries failed on {}", delivery, e);
        }
    }

    /** A third of the lock, so that one renewal may fail to come through in time. */
    private Duration renewInterval() {
        var lock = consumer()
                .acquisitionLockTimeoutMs()
                .map(Duration::ofMillis)
                .filter(actual -> actual.compareTo(config.recordLock()) < 0)
                .orElse(config.recordLock());
        return lock.dividedBy(3);
    }

    /** Renews the lock and takes the record back from the consumer. Returns why that failed. */
    private Optional<Throwable> renew(ConsumerRecord<byte[], byte[]> record) {
        var failure = acknowledge(record, AcknowledgeType.RENEW);
        if (failure.isPresent()) {
            return failure;
        }
        // The consumer has the record set apart until it was polled again.
        for (var again : consumer().poll(Duration.ZERO)) {
            if (again.offset() == record.offset() && again.partition() == record.partition()) {
                return Optional.empty();
            }
        }
        return Optional.of(new IllegalStateException("The consumer did not return a renewed record"));
    }

    /** Sends an acknowledgement and waits for the broker's answer. Returns why it failed. */
    private Optional<Throwable> acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
        try {
            consumer().acknowledge(record, type);
            return consumer().commitSync(config.recordLock()).values().stream()
                    .flatMap(Optional::stream)
                    .map(Throwable.class::cast)
                    .findFirst();
        } catch (WakeupException stoppedWhilePolling) {
            // Only a record that arrived while the queue closed, and that no worker has seen, gets here. Its release
            // is on its way, and closing the consumer repeats it.
            return Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(e);
        }
    }
}
