package dev.semantica.sampler.worker;

import dev.semantica.schemas.FailureReason;
import java.time.Duration;

/** Told what a worker does, for logs and metrics. Calls come from several threads. */
public interface WorkerListener {

    /** Does nothing. */
    WorkerListener NONE = new WorkerListener() {};

    /**
     * A batch was taken.
     *
     * @param waited time since the topology sent it
     * @param deliveryCount how often it has been delivered to anyone, this time included
     */
    default void batchTaken(String batchId, int images, Duration waited, int deliveryCount) {}

    /** A tick moved so many rows by one step each. */
    default void ticked(int rows, Duration taken) {}

    /** A variation was made. */
    default void variationMade() {}

    /** A variation was read otherwise than its source, and is drawn anew. */
    default void variationDrawnAnew() {}

    /** So many variations of an image could not be made. */
    default void failed(FailureReason reason, int variations) {}

    /** A batch is done and acknowledged. */
    default void batchDone(String batchId) {}

    /** A batch goes back to the queue, to be delivered again. */
    default void batchReturned(String batchId) {}

    /** A record that is no batch, or a batch that nobody could finish, went to the dead letters. */
    default void batchDeadLettered() {}

    /** An outage of a store began; {@code store} is its scheme and authority. */
    default void storeAway(String store) {}
}
