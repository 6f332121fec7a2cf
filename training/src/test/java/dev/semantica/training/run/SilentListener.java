package dev.semantica.training.run;

import java.util.Map;

/** Passes over all that a stage tells. */
final class SilentListener implements StageListener {

    @Override
    public void started(String stage, long total, String unit) {}

    @Override
    public void progressed(long done, String note) {}

    @Override
    public void ended(String stage) {}

    @Override
    public void judged(String stage, long step, Map<String, Double> figures) {}

    @Override
    public void said(String line) {}
}
