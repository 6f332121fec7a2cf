package dev.semantica.sampler.engine;

import dev.semantica.diffusion.StepTable;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Series by due time. Time is the number of evaluations done so far; a series is due when {@value #PATIENCE} times its own
 * work has been done since its request's series before it was due, or since it came. So a small request does not wait for
 * a large one that came before, requests that keep coming share the device by what they ask for, and a large one waits
 * for others no longer than {@value #PATIENCE} times its own work. For one thread.
 */
final class FairOrder<T> {

    /** Small values come near first come, first served; large ones near shortest first. */
    static final int PATIENCE = 6;

    private final TreeSet<SeriesInWork<T>> waiting = new TreeSet<>(
            Comparator.<SeriesInWork<T>>comparingDouble(SeriesInWork::due).thenComparingLong(SeriesInWork::arrival));
    private final Map<String, Double> lastDue = new HashMap<>();
    private double time;
    private long arrivals;

    void add(Series<T> series) {
        lastDue.values().removeIf(due -> due <= time);
        double begin = lastDue.getOrDefault(series.requestId(), time);
        double due = begin + (double) PATIENCE * series.count() * evaluations(series);
        lastDue.put(series.requestId(), due);
        waiting.add(new SeriesInWork<>(series, due, arrivals++));
    }

    /** Puts a series back that was removed, as due as it was before. */
    void putBack(SeriesInWork<T> series) {
        waiting.add(series);
    }

    void remove(SeriesInWork<T> series) {
        waiting.remove(series);
        if (waiting.isEmpty()) {
            lastDue.clear();
        }
    }

    /** First the one that is due first. */
    Collection<SeriesInWork<T>> series() {
        return waiting;
    }

    /** Says how many evaluations were done for these series. */
    void served(int evaluations) {
        time += evaluations;
    }

    private static int evaluations(Series<?> series) {
        int sum = 0;
        for (StepTable.Step step : series.table().steps()) {
            sum += series.guidance().entriesAt(step.noiseLevel());
        }
        return sum;
    }
}
