package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.BatchQueue;
import dev.semantica.sampler.queue.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Hands out deliveries once, then nothing until it is closed. */
final class FakeQueue implements BatchQueue {

    private final CountDownLatch closed = new CountDownLatch(1);
    private List<? extends Delivery> deliveries;

    FakeQueue(List<? extends Delivery> deliveries) {
        this.deliveries = deliveries;
    }

    @Override
    public List<Delivery> poll(Duration timeout) throws InterruptedException {
        List<? extends Delivery> next = deliveries;
        deliveries = null;
        if (next == null) {
            closed.await();
            return List.of();
        }
        return List.copyOf(next);
    }

    @Override
    public void wakeup() {
        closed.countDown();
    }

    @Override
    public void close(Duration timeout) {
        closed.countDown();
    }
}
