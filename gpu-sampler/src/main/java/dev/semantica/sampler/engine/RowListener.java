package dev.semantica.sampler.engine;

import dev.semantica.sampler.image.RgbImage;

/**
 * Told of every row exactly once, as soon as it ends.
 *
 * @param <T> type of a row's tag
 * @param <R> type of a reason for giving up
 */
public interface RowListener<T, R> {

    /**
     * A variation is ready.
     *
     * @param similarity cosine of the encodings of variation and source; null where the bundle has none
     */
    void finished(T tag, RgbImage variation, Double similarity);

    /** The caller gave it up. */
    void givenUp(T tag, R reason);

    /** Its numbers ceased to be finite. */
    void notFinite(T tag, String cause);

    /** The runtime failed on it, in company and alone. */
    void failed(T tag, EngineException cause);
}
