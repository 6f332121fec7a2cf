package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.LogContext;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplerResult;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A delivery until it has its outcome: complete, when all that is to come of it is durable; released, if anything could
 * not be made durable. For several threads.
 */
final class BatchInWork {

    private final Delivery delivery;
    private final SamplerBatch batch;
    private final Results results;
    private final Consumer<BatchInWork> settled;

    /** Results to come, results on their way, and the intake. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean deadLettered;
    private final AtomicBoolean given = new AtomicBoolean();

    /**
     * A batch that the intake is working on.
     *
     * @param batch null where the delivery holds none
     * @param settled told once, when the delivery has its outcome
     */
    BatchInWork(Delivery delivery, SamplerBatch batch, Results results, Consumer<BatchInWork> settled) {
        this.delivery = delivery;
        this.batch = batch;
        this.results = results;
        this.settled = settled;
    }

    Delivery delivery() {
        return delivery;
    }

    SamplerBatch batch() {
        return batch;
    }

    /** Why it goes back to the queue; null if it does not. */
    Throwable failure() {
        return failure.get();
    }

    /** Whether results of it are of no use: it goes back, or another worker has it. */
    boolean unwanted() {
        return failure.get() != null || delivery.lost();
    }

    /** Says that so many rows will each call {@link #rowEnded}. */
    void expect(int rows) {
        open.addAndGet(rows);
    }

    /** A row has ended; what it published was given to {@link #publish} before. */
    void rowEnded() {
        finish();
    }

    /** The intake has read the whole batch. */
    void intakeEnded() {
        finish();
    }

    /** Says in log lines that they are about an image, or with null about the request. */
    LogContext logContext(BatchImage image) {
        return new LogContext(
                batch == null ? null : batch.getRequestId(),
                image == null ? null : image.getImageId(),
                image == null ? null : image.getTraceparent());
    }

    /** What to publish of an outcome, once its image has its place: itself, one with a reference, or a failure. */
    Object checkIn(String imageId, Object outcome) {
        return results.checkIn(result(imageId, outcome)).getOutcome();
    }

    /**
     * Sends a result; the batch waits until it is durable.
     *
     * @param outcome checked in before
     * @param trace of what made it
     * @return done when it is durable, or failed
     */
    CompletionStage<Void> publish(String imageId, Object outcome, Context trace) {
        CompletionStage<Void> durable = results.publish(batch.getOriginPartition(), result(imageId, outcome), trace);
        await(durable);
        return durable;
    }

    private SamplerResult result(String imageId, Object outcome) {
        return new SamplerResult(batch.getRequestId(), imageId, batch.getBatchId(), outcome);
    }

    /** Sends the delivery as it came to the dead letters; it waits until that is durable. */
    void deadLetter(RuntimeException reason) {
        deadLettered = true;
        await(results.deadLetter(delivery, reason));
    }

    /** Whether it was sent there. */
    boolean deadLettered() {
        return deadLettered;
    }

    /** It must be delivered again. */
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    private void await(CompletionStage<Void> durable) {
        open.incrementAndGet();
        var unused = durable.whenComplete((nothing, cause) -> {
            if (cause != null) {
                fail(cause);
            }
            finish();
        });
    }

    private void finish() {
        if (open.decrementAndGet() == 0 && given.compareAndSet(false, true)) {
            if (failure.get() == null) {
                delivery.complete();
            } else {
                delivery.release();
            }
            settled.accept(this);
        }
    }
}
