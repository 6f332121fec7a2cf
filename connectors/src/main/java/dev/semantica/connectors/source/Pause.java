package dev.semantica.connectors.source;

import java.time.Duration;

/** How a task waits when there is nothing to do. */
@FunctionalInterface
interface Pause {

    /** Waits at most this long; less if the task is stopped meanwhile. */
    void atMost(Duration duration) throws InterruptedException;
}
