package dev.semantica.sampler.engine;

/**
 * How rows share a device.
 *
 * @param maxRows most rows in one tick, at least 1; bounds the memory of a tick
 * @param bulkShare share of the evaluations that bulk rows keep while interactive ones are active, 0 to 0.9
 */
public record EngineConfig(int maxRows, double bulkShare) {

    /** Checks the ranges. */
    public EngineConfig {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows must be at least 1, but is " + maxRows);
        }
        if (!(bulkShare >= 0 && bulkShare <= 0.9)) {
            throw new IllegalArgumentException("bulkShare must be from 0 to 0.9, but is " + bulkShare);
        }
    }
}
