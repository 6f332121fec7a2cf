package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Variations to make of one source: rows of consecutive indexes that share everything but their noise.
 *
 * @param tag what the caller knows it by
 * @param requestId whom fairness counts it for
 * @param priority interactive rows go before bulk ones
 * @param deadline when its rows are of no use any more; null: never
 * @param givenUp asked before every tick; anything but null ends the rows with that reason
 * @param source the picture, of the bundle's size; may be null where nothing is to be encoded
 * @param condition the source's encoding, if known; otherwise null
 * @param table the steps
 * @param guidance the guidance
 * @param fromSource whether rows start from the noised source instead of from noise alone
 * @param seed seed of the noise
 * @param firstIndex index of the first variation, at least 0
 * @param count number of variations, at least 1
 * @param attempts how often a variation is drawn at most, until it agrees with the source as much as the bundle wants; at
 *     least 1, and 1 where the bundle has no reader
 * @param <T> type of the tag
 */
public record Series<T>(
        T tag,
        String requestId,
        Priority priority,
        Instant deadline,
        Supplier<FailureReason> givenUp,
        RgbImage source,
        Condition condition,
        StepTable table,
        Guidance guidance,
        boolean fromSource,
        long seed,
        int firstIndex,
        int count,
        int attempts) {

    /** Between the seeds of attempts; the increment of SplitMix64 (Steele et al. 2014). */
    private static final long NEXT_ATTEMPT = 0x9E3779B97F4A7C15L;

    /** Refuses what cannot be sampled. */
    public Series {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(givenUp, "givenUp");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(guidance, "guidance");
        if (source == null && (condition == null || fromSource)) {
            throw new IllegalArgumentException("A series needs its source, unless only its condition is used");
        }
        if (count < 1 || firstIndex < 0 || firstIndex > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException("A series needs a count of at least 1 and indexes from 0, but has count "
                    + count + " and first index " + firstIndex);
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("A series needs at least one attempt, but has " + attempts);
        }
    }

    /**
     * The seed that an attempt's noise is drawn from.
     *
     * @param seed of the series, which is the first attempt's
     * @param attempt from 1 on
     */
    public static long seedOf(long seed, int attempt) {
        return seed + (attempt - 1) * NEXT_ATTEMPT;
    }
}
