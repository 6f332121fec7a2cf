package dev.semantica.training.run;

import java.util.Map;
import java.util.function.BooleanSupplier;

/** Gives up work that keeps no checkpoint, at the next progress that it reports after it was told to stop. */
final class StoppingListener implements StageListener {

    private final StageListener listener;
    private final BooleanSupplier stop;
    private String work = "";

    /** Work was given up; what it had done is lost. */
    static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1;

        GivenUp(String work) {
            super("not done yet and begun anew next time: " + work, null, false, false);
        }
    }

    StoppingListener(StageListener listener, BooleanSupplier stop) {
        this.listener = listener;
        this.stop = stop;
    }

    @Override
    public void started(String begun, long total, String unit) {
        work = begun;
        listener.started(begun, total, unit);
    }

    @Override
    public void progressed(long done, String note) {
        listener.progressed(done, note);
        if (stop.getAsBoolean()) {
            listener.ended(work);
            throw new GivenUp(work);
        }
    }

    @Override
    public void judged(String stage, long step, Map<String, Double> figures) {
        listener.judged(stage, step, figures);
    }

    @Override
    public void ended(String finished) {
        listener.ended(finished);
    }

    @Override
    public void said(String line) {
        listener.said(line);
    }
}
