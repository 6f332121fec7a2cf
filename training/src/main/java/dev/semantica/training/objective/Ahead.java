package dev.semantica.training.objective;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;

/**
 * Makes what a step needs while the step before it is computed: a GPU would wait for it longer than it computes. Not safe
 * for use by several threads.
 */
final class Ahead<T> {

    private final LongFunction<T> maker;
    private long step = -1;
    private CompletableFuture<T> next;

    /** @param maker a function of the step's number alone; called on other threads */
    Ahead(LongFunction<T> maker) {
        this.maker = maker;
    }

    /** What a step needs; steps are mostly asked for in their order. */
    T at(long asked) {
        CompletableFuture<T> now = next != null && asked == step ? next : making(asked);
        try {
            return now.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        } finally {
            step = asked + 1;
            next = making(step);
        }
    }

    private CompletableFuture<T> making(long asked) {
        return CompletableFuture.supplyAsync(() -> maker.apply(asked));
    }
}
