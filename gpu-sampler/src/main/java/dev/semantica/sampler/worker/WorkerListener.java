package dev.semantica.sampler.worker;

import dev.semantica.schemas.FailureReason;

/** Told what a worker does, for logs and metrics. Calls come from several threads. */
public interface WorkerListener {

    /** Does nothing. */
    WorkerListener NONE = new WorkerListener() {};

    /** A batch was taken. */
    default void batchTaken(String batchId, int images) {}

    /** A variation was made. */
    default void variationMade() {}

    /** A variation, or with null all that were left of an image, could not be made. */
    default void failed(FailureReason reason) {}

    /** A batch is done and acknowledged. */
    default void batchDone(String batchId) {}
}
