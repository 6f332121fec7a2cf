package dev.semantica.connectors.source;

import java.time.Clock;
import java.time.Duration;

/** So many images a second and no more; what was not used within a second is not made up for. */
final class RateLimit {

    private final double perSecond;
    private final Clock clock;
    private double allowed;
    private long updatedMs;

    /**
     * Starts with what one second allows, and with at least one image.
     *
     * @param perSecond images a second; 0 means no limit
     */
    RateLimit(double perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.allowed = burst();
        this.updatedMs = clock.millis();
    }

    /** How long to wait until the next image may be sent; zero if now. */
    Duration untilNext() {
        if (perSecond == 0) {
            return Duration.ZERO;
        }
        long now = clock.millis();
        allowed = Math.min(burst(), allowed + Math.max(0, now - updatedMs) * perSecond / 1000);
        updatedMs = now;
        return allowed >= 1 ? Duration.ZERO : Duration.ofMillis((long) Math.ceil((1 - allowed) * 1000 / perSecond));
    }

    /** An image is being sent. */
    void take() {
        allowed -= 1;
    }

    private double burst() {
        return Math.max(1, perSecond);
    }
}
