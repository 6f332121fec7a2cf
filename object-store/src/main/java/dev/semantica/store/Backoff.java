package dev.semantica.store;

import java.time.Duration;

/** Tries again, with pauses that double from a quarter of a second to ten seconds, until a time is over. */
final class Backoff {

    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Time that passes. */
    interface Time {
        long nanos();

        void sleep(Duration pause) throws InterruptedException;
    }

    static final Time SYSTEM = new Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            Thread.sleep(pause.toMillis());
        }
    };

    /** Something to try. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws ObjectStoreException;
    }

    private final Duration patience;
    private final Time time;

    Backoff(Duration patience, Time time) {
        this.patience = patience;
        this.time = time;
    }

    /**
     * Runs an attempt until it does not fail in a way that trying again may cure.
     *
     * @throws ObjectStoreException the last failure; an interrupt ends the waiting and stays set
     */
    <T> T run(Attempt<T> attempt) throws ObjectStoreException {
        long deadline = time.nanos() + patience.toNanos();
        Duration pause = SHORTEST;
        while (true) {
            try {
                return attempt.run();
            } catch (ObjectStoreException e) {
                Duration left = Duration.ofNanos(deadline - time.nanos());
                if (!e.retryable() || left.isNegative() || left.isZero()) {
                    throw e;
                }
                pauseAfter(e, pause.compareTo(left) < 0 ? pause : left);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
    }

    private void pauseAfter(ObjectStoreException failure, Duration pause) throws ObjectStoreException {
        try {
            time.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
