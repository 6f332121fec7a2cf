package dev.semantica.sampler.engine;

import dev.semantica.diffusion.StepTable;
import java.util.function.Supplier;

/**
 * One variation to make.
 *
 * @param tag what the caller knows it by
 * @param condition encoding of its source
 * @param table its steps
 * @param guidanceScale its guidance
 * @param seed seed of its noise
 * @param index index of the variation
 * @param givenUp asked before every step; anything but null ends the row with that value
 * @param <T> type of the tag
 * @param <R> type of a reason for giving up
 */
public record RowRequest<T, R>(
        T tag, Condition condition, StepTable table, double guidanceScale, long seed, int index, Supplier<R> givenUp) {}
