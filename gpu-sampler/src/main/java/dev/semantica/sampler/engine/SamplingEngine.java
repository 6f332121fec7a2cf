package dev.semantica.sampler.engine;

import dev.semantica.schemas.FailureReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The thread that owns one bundle on one device: nobody else runs its graphs. Series come from any thread; what became of
 * their rows is told on the owner's.
 *
 * @param <T> type of a series' tag
 */
public final class SamplingEngine<T> {

    private final ContinuousBatch<T> batch;
    private final Consumer<Throwable> onFailure;
    private final Deque<Series<T>> arrived = new ArrayDeque<>();
    private final AtomicLong rows = new AtomicLong();
    private final Thread owner;
    private volatile int begun;
    private boolean closing;

    /**
     * Starts the owner.
     *
     * @param name of the thread
     * @param onFailure told when the owner ends by itself; rows that are left then have no outcome
     */
    public SamplingEngine(
            String name,
            LoadedBundle bundle,
            EngineConfig config,
            InstantSource clock,
            RowListener<T> listener,
            Consumer<Throwable> onFailure) {
        this.batch = new ContinuousBatch<>(bundle, config, clock, new Counting<>(listener, rows));
        this.onFailure = onFailure;
        this.owner = new Thread(this::run, name);
        this.owner.start();
    }

    /** Adds a series. After {@link #stop} it is dropped. */
    public synchronized void add(Series<T> series) {
        rows.addAndGet(series.count());
        arrived.add(series);
        notifyAll();
    }

    /** Rows that have no outcome yet. */
    public long rowsInWork() {
        return rows.get();
    }

    /** Rows that are between their first step and their last, as of the latest tick. */
    public int rowsBegun() {
        return begun;
    }

    /**
     * Ends the owner after its tick; rows that are left have no outcome.
     *
     * @return whether it has ended in time
     */
    public boolean stop(Duration patience) {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try {
            owner.join(Math.max(1, patience.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !owner.isAlive();
    }

    private void run() {
        try {
            while (takeArrived()) {
                batch.tick();
                begun = batch.rowsBegun();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }

    /** Waits for work; false once stopped. */
    private synchronized boolean takeArrived() throws InterruptedException {
        while (!closing && batch.idle() && arrived.isEmpty()) {
            wait();
        }
        arrived.forEach(batch::add);
        arrived.clear();
        return !closing;
    }

    /** Counts the rows that end. */
    private record Counting<T>(RowListener<T> listener, AtomicLong rows) implements RowListener<T> {
        @Override
        public void encoded(T tag, Condition condition) {
            listener.encoded(tag, condition);
        }

        @Override
        public void finished(T tag, int index, Drawing variation) {
            rows.decrementAndGet();
            listener.finished(tag, index, variation);
        }

        @Override
        public void drawnAnew(T tag, int index, Drawing refused) {
            listener.drawnAnew(tag, index, refused);
        }

        @Override
        public void failed(T tag, int index, FailureReason reason, String message) {
            rows.decrementAndGet();
            listener.failed(tag, index, reason, message);
        }

        @Override
        public void ticked(int moved, Duration taken) {
            listener.ticked(moved, taken);
        }

        @Override
        public void rowsLowered(int maxRows) {
            listener.rowsLowered(maxRows);
        }
    }
}
