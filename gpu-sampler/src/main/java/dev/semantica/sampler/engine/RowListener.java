package dev.semantica.sampler.engine;

import dev.semantica.schemas.FailureReason;
import java.time.Duration;

/**
 * Told of every row exactly once, as soon as it ends. Calls come from the thread that runs the rows.
 *
 * @param <T> type of a series' tag
 */
public interface RowListener<T> {

    /** A series' source was encoded. */
    default void encoded(T tag, Condition condition) {}

    /** A variation is ready. */
    void finished(T tag, int index, Drawing variation);

    /** A variation is read otherwise than its source, and is drawn anew. */
    default void drawnAnew(T tag, int index, Drawing refused) {}

    /**
     * A variation will not be.
     *
     * @param reason CANCELLED or what else the caller gave it up for, DEADLINE_EXCEEDED, NOT_FINITE or ENGINE_ERROR
     */
    void failed(T tag, int index, FailureReason reason, String message);

    /** A tick moved so many rows by one step each, or tried to, in this time. */
    default void ticked(int rows, Duration taken) {}

    /** The device had no memory for a tick; from now on a tick takes at most this many rows. */
    default void rowsLowered(int maxRows) {}
}
