package dev.semantica.sampler.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.sampler.queue.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Remembers its outcome. */
final class FakeDelivery implements Delivery {

    volatile String outcome = "none";
    private final CountDownLatch ended = new CountDownLatch(1);
    private final byte[] value;
    private final int count;
    private final boolean last;

    FakeDelivery(byte[] value, int count, boolean last) {
        this.value = value;
        this.count = count;
        this.last = last;
    }

    @Override
    public byte[] key() {
        return "batch".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] value() {
        return value;
    }

    @Override
    public Headers headers() {
        return new RecordHeaders();
    }

    @Override
    public String topic() {
        return "sampler-batches";
    }

    @Override
    public int partition() {
        return 0;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public int deliveryCount() {
        return count;
    }

    @Override
    public boolean lastDelivery() {
        return last;
    }

    @Override
    public boolean lost() {
        return false;
    }

    @Override
    public void complete() {
        end("completed");
    }

    @Override
    public void release() {
        end("released");
    }

    @Override
    public void reject() {
        end("rejected");
    }

    /** Waits until it has an outcome; fails after a minute. */
    void awaitOutcome() throws InterruptedException {
        assertThat(ended.await(60, TimeUnit.SECONDS))
                .as("outcome of a delivery")
                .isTrue();
    }

    private void end(String how) {
        assertThat(outcome).as("a second outcome").isEqualTo("none");
        outcome = how;
        ended.countDown();
    }
}
