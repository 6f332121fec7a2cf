package dev.semantica.sampler.queue;

import java.time.Duration;

/**
 * A queue of batches, shared by all workers of a group. A batch that is taken is this worker's until it says what came
 * of it; the queue keeps the lock alive meanwhile, however long the work takes. If the worker dies, another gets it.
 */
public interface BatchQueue extends AutoCloseable {

    /**
     * Takes the next batch. For one thread.
     *
     * @param timeout how long to wait
     * @return a batch, or null if none came
     * @throws QueueException if the queue is broken for good
     */
    Delivery take(Duration timeout) throws InterruptedException;

    /**
     * Leaves the group: nothing more is taken, what was not handed out goes back, and what is in work is waited for.
     *
     * @param timeout how long to wait for work in progress; what is not done by then goes back too
     */
    void close(Duration timeout);

    /** Closes without waiting for work in progress. */
    @Override
    default void close() {
        close(Duration.ZERO);
    }
}
