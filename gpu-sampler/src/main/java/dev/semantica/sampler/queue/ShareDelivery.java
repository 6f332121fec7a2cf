package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/** A record that a {@link ShareLane} holds, and the worker's word on it. */
final class ShareDelivery implements Delivery {
    private final ConsumerRecord<byte[], byte[]> record;
    private final int deliveryLimit;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile boolean lost;

    /** @param byWorker false where the queue spoke in the worker's place, because it closes */
    record Outcome(AcknowledgeType type, boolean byWorker) {}

    ShareDelivery(ConsumerRecord<byte[], byte[]> record, int deliveryLimit) {
        this.record = record;
        this.deliveryLimit = deliveryLimit;
    }

    @Override
    public String topic() {
        return record.topic();
    }

    @Override
    public int partition() {
        return record.partition();
    }

    @Override
    public long offset() {
        return record.offset();
    }

    @Override
    public byte[] key() {
        return record.key();
    }

    @Override
    public byte[] value() {
        return record.value();
    }

    @Override
    public Headers headers() {
        return record.headers();
    }

    @Override
    public int deliveryCount() {
        return record.deliveryCount().map(Short::intValue).orElse(1);
    }

    @Override
    public boolean lastDelivery() {
        return deliveryCount() >= deliveryLimit;
    }

    @Override
    public boolean lost() {
        return lost;
    }

    @Override
    public void complete() {
        settle(AcknowledgeType.ACCEPT);
    }

    @Override
    public void release() {
        settle(AcknowledgeType.RELEASE);
    }

    @Override
    public void reject() {
        settle(AcknowledgeType.REJECT);
    }

    private void settle(AcknowledgeType type) {
        if (!outcome.complete(new Outcome(type, true)) && outcome.join().byWorker()) {
            throw new IllegalStateException("Expected one outcome for " + this + ", found a second one (" + type
                    + "); call complete, release or reject once");
        }
    }

    void markLost() {
        lost = true;
    }

    /** Gives the record back in the worker's place, unless the worker was first. */
    void abandon() {
        outcome.complete(new Outcome(AcknowledgeType.RELEASE, false));
    }

    /** Waits for the outcome without end. */
    Outcome await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw new AssertionError("An outcome is never exceptional", e);
        }
    }

    /** Waits for the outcome for this long. */
    Optional<Outcome> await(Duration timeout) throws InterruptedException {
        try {
            return Optional.of(outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new AssertionError("An outcome is never exceptional", e);
        }
    }

    @Override
    public String toString() {
        return "delivery " + deliveryCount() + " of " + topic() + "-" + partition() + "@" + offset();
    }
}
