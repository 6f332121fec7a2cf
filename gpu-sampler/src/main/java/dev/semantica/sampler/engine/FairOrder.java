package dev.semantica.sampler.engine;

import dev.semantica.diffusion.StepTable;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Series in the order in which they would finish if every request had an equal share of the device (weighted fair
 * queueing, Demers et al. 1989): no request finishes much later than under equal shares, and a small one does not wait
 * for a large one that came before. Work is counted in evaluations of the denoiser. For one thread.
 */
final class FairOrder<T> {

    private final TreeSet<SeriesInWork<T>> waiting =
            new TreeSet<>(Comparator.<SeriesInWork<T>>comparingDouble(SeriesInWork::finishTag)
                    .thenComparingLong(SeriesInWork::arrival));
    private final Map<String, Double> lastFinish = new HashMap<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private double virtualTime;
    private long arrivals;

    void add(Series<T> series) {
        lastFinish.values().removeIf(finish -> finish <= virtualTime);
        double begin = lastFinish.getOrDefault(series.requestId(), virtualTime);
        double finish = begin + (double) series.count() * evaluations(series);
        lastFinish.put(series.requestId(), finish);
        requests.merge(series.requestId(), 1, Integer::sum);
        waiting.add(new SeriesInWork<>(series, finish, arrivals++));
    }

    void remove(SeriesInWork<T> series) {
        if (waiting.remove(series)) {
            requests.computeIfPresent(series.series().requestId(), (id, count) -> count == 1 ? null : count - 1);
        }
        if (waiting.isEmpty()) {
            lastFinish.clear();
        }
    }

    /** First the one that is to finish first. */
    Collection<SeriesInWork<T>> series() {
        return waiting;
    }

    /** Says how many evaluations were done for these series. */
    void served(int evaluations) {
        virtualTime += (double) evaluations / Math.max(1, requests.size());
    }

    private static int evaluations(Series<?> series) {
        int sum = 0;
        for (StepTable.Step step : series.table().steps()) {
            sum += series.guidance().entriesAt(step.noiseLevel());
        }
        return sum;
    }
}
