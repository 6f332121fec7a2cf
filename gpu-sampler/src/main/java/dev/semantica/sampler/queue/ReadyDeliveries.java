package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Deliveries on their way from the queue's threads to whoever polls. Bounded by the places in flight. */
final class ReadyDeliveries<D extends Delivery> {
    private final Queue<D> deliveries = new ArrayDeque<>();
    private boolean wakeup;
    private boolean closed;
    private BatchQueueException failure;

    /** Returns false, and takes nothing, once closed. */
    synchronized boolean offer(D delivery) {
        if (closed) {
            return false;
        }
        deliveries.add(delivery);
        notifyAll();
        return true;
    }

    synchronized List<Delivery> poll(Duration timeout) throws InterruptedException {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (deliveries.isEmpty() && !wakeup && !closed && failure == null) {
            var left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            // Rounded up, for a wait of 0 would be one without end.
            wait(left / 1_000_000 + 1);
        }
        wakeup = false;
        if (failure != null && !closed) {
            throw new BatchQueueException(failure.getMessage(), failure.getCause());
        }
        List<Delivery> taken = List.copyOf(deliveries);
        deliveries.clear();
        return taken;
    }

    synchronized void wakeup() {
        wakeup = true;
        notifyAll();
    }

    synchronized void fail(BatchQueueException reason) {
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }

    /** Takes no more deliveries and returns those that nobody polled. */
    synchronized List<D> close() {
        closed = true;
        notifyAll();
        var left = List.copyOf(deliveries);
        deliveries.clear();
        return left;
    }
}
