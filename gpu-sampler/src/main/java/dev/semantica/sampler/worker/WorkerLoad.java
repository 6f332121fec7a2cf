package dev.semantica.sampler.worker;

import java.time.Instant;

/**
 * What a worker has before it at a moment.
 *
 * @param batches batches that it holds
 * @param oldestBatch when the topology sent the oldest of them; null where there is none
 * @param rowsActive rows between their first step and their last
 * @param rowsWaiting rows that have not begun, and finished ones that are not pictures yet
 * @param pendingBytes memory of these batches
 * @param tokenCacheBytes memory of the encodings that are remembered
 * @param registryWaits threads that wait for the schema registry
 */
public record WorkerLoad(
        int batches,
        Instant oldestBatch,
        long rowsActive,
        long rowsWaiting,
        long pendingBytes,
        long tokenCacheBytes,
        int registryWaits) {}
