package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.BatchQueue;
import dev.semantica.sampler.queue.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hands out one delivery; whoever asks again has ended the first. */
final class FakeQueue implements BatchQueue {

    private final CountDownLatch askedAgain = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private Delivery delivery;

    FakeQueue(Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public List<Delivery> poll(Duration timeout) throws InterruptedException {
        Delivery next = delivery;
        delivery = null;
        if (next == null) {
            askedAgain.countDown();
            closed.await();
            return List.of();
        }
        return List.of(next);
    }

    @Override
    public void wakeup() {
        closed.countDown();
    }

    @Override
    public void close(Duration timeout) {
        closed.countDown();
    }

    /** Waits until the worker came back for more, or ended. */
    void awaitEmpty(SamplerWorker worker) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!askedAgain.await(20, TimeUnit.MILLISECONDS)) {
            if (worker.failure() != null || System.nanoTime() > end) {
                return;
            }
        }
    }
}
