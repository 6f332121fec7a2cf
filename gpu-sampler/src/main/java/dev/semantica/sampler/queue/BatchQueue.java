package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.List;

/**
 * A queue of records that several workers share: each record goes to one of them at a time, and comes again, to
 * whichever is free, until one completes or rejects it or its deliveries are used up.
 *
 * <p>Delivery is at least once: a worker may lose a delivery that it is still working on (see
 * {@link LostDeliveryListener}), and a record whose completion was under way when a process died comes again. Whatever
 * a worker writes must therefore have no second effect.
 *
 * <p>The queue keeps at most a configured number of deliveries in flight, whether polled or fetched ahead, and holds
 * them for the worker however long the work takes. It never gives up a delivery because its worker is slow; a worker
 * that may hang needs a limit of its own.
 *
 * <p>All methods may be called from any thread.
 */
public interface BatchQueue extends AutoCloseable {
    /** How long {@link #close()} waits for deliveries in flight. */
    Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Takes the deliveries that are there, waiting for the first one.
     *
     * @return at least one delivery; none when the time is over, after {@link #wakeup()} and once the queue closes
     * @throws BatchQueueException when the queue is broken for good, for example because access was taken away.
     *     Deliveries in flight may still be settled; close the queue then.
     */
    List<Delivery> poll(Duration timeout) throws InterruptedException;

    /** Makes the poll in progress, or else the next one, return at once. */
    void wakeup();

    /**
     * Closes the queue: takes no more records, hands back those that nobody polled, waits for the outcomes of the
     * others, hands back those that have none when the time is over, and leaves the group. The outcome of a delivery
     * that was handed back so is reported as lost and ignored. Does nothing the second time.
     *
     * @param drainTimeout how long to wait for outcomes; zero to hand everything back at once
     */
    void close(Duration drainTimeout);

    @Override
    default void close() {
        close(DEFAULT_DRAIN_TIMEOUT);
    }
}
