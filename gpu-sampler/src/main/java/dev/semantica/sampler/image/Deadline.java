package dev.semantica.sampler.image;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The moment by which a decode must be done; once seen to be over it stays so. Used by one thread. */
final class Deadline {

    private final InstantSource clock;
    private final Instant end;
    private boolean over;

    /** Starts now. */
    Deadline(InstantSource clock, Duration allowed) {
        this.clock = clock;
        this.end = clock.instant().plus(allowed);
    }

    boolean isOver() {
        over |= clock.instant().isAfter(end);
        return over;
    }

    /** Ends a codec from within: it sees a failing stream. */
    void check() throws IOException {
        if (isOver()) {
            throw new IOException("the decode time is over");
        }
    }
}
