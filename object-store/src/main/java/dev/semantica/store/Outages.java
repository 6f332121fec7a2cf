package dev.semantica.store;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Waits while a store is out of reach: pauses double from a quarter of a second to ten seconds, until a store has been
 * away for a time. From then on, and until it answers again, each call is tried once, so that a long outage costs the
 * patience once and not for every object. A store that answers, but cannot give one object, is not away: that object is
 * tried a few times and then given up, for whoever names it must not stop all others.
 */
final class Outages {

    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** How often an object is tried of which its store says that it cannot be had now. */
    private static final int TRIES_ALONE = 3;

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

    private record Outage(long since, long last) {}

    private final Duration patience;
    private final Time time;
    private final Consumer<String> onOutage;

    /** By scheme and authority, which the operator's settings bound in number. */
    private final Map<String, Outage> outages = new ConcurrentHashMap<>();

    /** @param onOutage told of every outage that begins */
    Outages(Duration patience, Time time, Consumer<String> onOutage) {
        this.patience = patience;
        this.time = time;
        this.onOutage = onOutage;
    }

    /**
     * Runs an attempt until it does not fail in a way that trying again may cure.
     *
     * @param uri of the object that it is about
     * @throws ObjectStoreException the last failure; an interrupt ends the waiting and stays set
     */
    <T> T run(URI uri, Attempt<T> attempt) throws ObjectStoreException {
        String store = uri.getScheme() + "://" + uri.getAuthority();
        Duration pause = SHORTEST;
        Duration left = patience;
        OptionalLong failed = OptionalLong.empty();
        int alone = 0;
        while (true) {
            try {
                T result = attempt.run();
                outages.remove(store);
                return result;
            } catch (ObjectStoreException e) {
                if (!e.retryable()) {
                    outages.remove(store);
                    throw e;
                }
                // Attempts that take longer than the patience use it up too, though nobody notices the outage
                // meanwhile.
                long now = time.nanos();
                Duration own = left.minusNanos(now - failed.orElse(now));
                failed = OptionalLong.of(now);
                if (e.alone()) {
                    outages.remove(store);
                    alone++;
                    left = own;
                } else {
                    Duration shared = patienceLeft(store, now);
                    left = own.compareTo(shared) < 0 ? own : shared;
                }
                if (left.isNegative() || left.isZero() || alone == TRIES_ALONE) {
                    throw e;
                }
                pauseAfter(e, pause.compareTo(left) < 0 ? pause : left);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
    }

    /** An outage that nobody has noticed for as long as the patience is forgotten. */
    private Duration patienceLeft(String store, long now) {
        Outage outage = outages.compute(store, (name, known) -> {
            boolean begins = known == null || now - known.last > patience.toNanos();
            if (begins) {
                onOutage.accept(name);
            }
            return new Outage(begins ? now : known.since, now);
        });
        return patience.minusNanos(now - outage.since);
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
