package dev.semantica.console.train;

import dev.semantica.console.terminal.Progress;
import dev.semantica.training.run.StageListener;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;

/** Shows a run on a terminal: a progress line for the work in hand, a line for everything worth one. */
final class TerminalListener implements StageListener, AutoCloseable {

    private static final int SHOWN_FIGURES = 6;

    private final PrintStream out;
    private final boolean terminal;
    private final InstantSource clock;
    private Progress progress;
    private long done;

    TerminalListener(PrintStream out, boolean terminal, InstantSource clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public void started(String work, long total, String unit) {
        close();
        progress = new Progress(
                out, terminal, clock, Math.toIntExact(total), unit.equals("steps") ? work + " steps" : work);
        done = 0;
    }

    @Override
    public void progressed(long now, String note) {
        done = now;
        progress.show(Math.toIntExact(now), note);
    }

    @Override
    public void judged(String stage, long step, Map<String, Double> figures) {
        progress.close();
        StringBuilder line = new StringBuilder("  judged   ")
                .append(stage)
                .append(" at step ")
                .append(step)
                .append(':');
        figures.entrySet().stream()
                .limit(SHOWN_FIGURES)
                .forEach(figure -> line.append("  %s %.4f".formatted(figure.getKey(), figure.getValue())));
        out.println(line);
    }

    @Override
    public void ended(String work) {
        if (progress != null && done > 0) {
            progress.finish(Math.toIntExact(done), "");
        }
        progress = null;
    }

    @Override
    public void said(String line) {
        if (progress != null) {
            progress.close();
        }
        out.println("  " + line);
    }

    /** The last line of a run that was told to stop. */
    void stopped() {
        out.println("  stopped   what is done is saved; run the same command again to go on");
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
        progress = null;
    }
}
