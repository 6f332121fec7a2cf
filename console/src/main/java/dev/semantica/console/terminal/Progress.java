package dev.semantica.console.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A progress line: on a terminal one that is redrawn, elsewhere a line every ten seconds. Rate and time left are of the
 * time since the first step, so that start-up does not spoil them.
 */
public final class Progress implements AutoCloseable {

    private static final int WIDTH = 24;
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration REPEAT = Duration.ofSeconds(10);

    private final PrintStream out;
    private final boolean terminal;
    private final InstantSource clock;
    private final int total;
    private final String unit;
    private long firstMillis = -1;
    private int firstDone;
    private long drawnMillis;
    private boolean drawn;

    /**
     * Makes a progress line.
     *
     * @param out where to write, usually standard error
     * @param terminal whether a line can be redrawn
     * @param total number of steps; 0 where nobody knows yet
     * @param unit what a step is, in the plural
     */
    public Progress(PrintStream out, boolean terminal, InstantSource clock, int total, String unit) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.total = total;
        this.unit = unit;
        this.drawnMillis = clock.millis();
    }

    /** Draws the line if it is time to. */
    public synchronized void show(int done, String note) {
        long now = clock.millis();
        if (firstMillis < 0 && done > 0) {
            firstMillis = now;
            firstDone = done;
        }
        if (now - drawnMillis >= (terminal ? REDRAW : REPEAT).toMillis()) {
            draw(done, note, now);
        }
    }

    /** Draws the line a last time and ends it. */
    public synchronized void finish(int done, String note) {
        draw(done, note, clock.millis());
        close();
    }

    /** Ends the line, so that what is printed next starts on a line of its own. */
    @Override
    public synchronized void close() {
        if (terminal && drawn) {
            out.println();
        }
        drawn = false;
    }

    private void draw(int done, String note, long now) {
        drawnMillis = now;
        drawn = true;
        StringBuilder line = new StringBuilder();
        if (total > 0) {
            int filled = (int) ((long) WIDTH * Math.min(done, total) / total);
            line.append('[')
                    .append("#".repeat(filled))
                    .append("-".repeat(WIDTH - filled))
                    .append("] ")
                    .append(done)
                    .append('/')
                    .append(total);
        } else {
            line.append(done);
        }
        line.append(' ').append(unit);
        double seconds = (now - firstMillis) / 1000.0;
        if (firstMillis >= 0 && done > firstDone && seconds > 0) {
            double rate = (done - firstDone) / seconds;
            line.append("  %.1f/s".formatted(rate));
            if (done < total) {
                line.append("  ")
                        .append(clockFace((long) Math.ceil((total - done) / rate)))
                        .append(" left");
            }
        }
        if (!note.isEmpty()) {
            line.append("  ").append(note);
        }
        if (terminal) {
            out.print("\r" + line + "\u001b[K");
            out.flush();
        } else {
            out.println(line);
        }
    }

    private static String clockFace(long seconds) {
        return seconds >= 3600
                ? "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60)
                : "%d:%02d".formatted(seconds / 60, seconds % 60);
    }
}
