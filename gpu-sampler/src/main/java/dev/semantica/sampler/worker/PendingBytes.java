package dev.semantica.sampler.worker;

import java.time.Duration;

/** Memory of the batches in work; no batch is taken while it is used up. For several threads. */
final class PendingBytes {

    private final long limit;
    private long used;

    PendingBytes(long limit) {
        this.limit = limit;
    }

    synchronized void take(long bytes) {
        used += bytes;
    }

    synchronized void free(long bytes) {
        used -= bytes;
        notifyAll();
    }

    synchronized long used() {
        return used;
    }

    /** Waits for room, at most so long; returns whether there is some. */
    synchronized boolean awaitRoom(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (used >= limit) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            // Rounded up, for a wait of 0 would be one without end.
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}
