package dev.semantica.diffusion;

import java.util.List;

/**
 * Moves rows, each at its own step. Rows may join and leave between ticks. For one thread.
 *
 * @param <C> what rows are conditioned on
 */
public interface Stepper<C> {

    /**
     * Takes one step of every active row. A row whose numbers cease to be finite fails alone; if the call throws, no row
     * has moved.
     *
     * @param rows rows in any state; the inactive ones are left alone
     * @return how many entries were evaluated: one for an unguided row, two for a guided one
     */
    int tick(List<Row<C>> rows);
}
