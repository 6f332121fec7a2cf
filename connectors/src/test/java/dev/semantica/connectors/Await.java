package dev.semantica.connectors;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what others do. */
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Await() {}

    /** Something to wait for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    public static void until(String what, Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("Waited in vain until " + what);
                }
                LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
            }
        } catch (Exception e) {
            throw new AssertionError("While waiting until " + what, e);
        }
    }
}
