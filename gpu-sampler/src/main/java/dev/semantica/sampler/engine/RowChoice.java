package dev.semantica.sampler.engine;

import dev.semantica.sampler.engine.SeriesInWork.RowInWork;
import dev.semantica.sampler.engine.SeriesInWork.Unfinished;
import dev.semantica.schemas.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the rows of each tick. Interactive rows go first; bulk rows keep a share of the evaluations meanwhile, and all
 * of them otherwise. A row that has begun and is not chosen is paused: it costs its numbers, nothing else. For one thread.
 */
final class RowChoice<T> {

    /** How many rows may have begun, in ticks' worth; the others wait without numbers of their own. */
    private static final int OPEN_TICKS = 4;

    private final FairOrder<T> interactive = new FairOrder<>();
    private final FairOrder<T> bulk = new FairOrder<>();
    private final double bulkShare;
    private final int sampleSize;

    /** Evaluations that bulk rows may catch up on. */
    private double credit;

    private int open;

    RowChoice(double bulkShare, int sampleSize) {
        this.bulkShare = bulkShare;
        this.sampleSize = sampleSize;
    }

    void add(Series<T> series) {
        order(series).add(series);
    }

    /** Forgets a series that is done. */
    void remove(SeriesInWork<T> series) {
        order(series.series()).remove(series);
    }

    /** Says that a row has ended. */
    void ended(RowInWork<T> row) {
        if (row.owner().open().remove(row)) {
            open--;
        }
    }

    /** Draws the variation of a row that has ended once more. */
    void openAnew(RowInWork<T> row, Drawing best) {
        row.owner().openAnew(row, best);
        order(row.owner().series()).putBack(row.owner());
    }

    /** Says that a whole series has ended; returns the rows that were left. */
    List<Unfinished> endAll(SeriesInWork<T> series) {
        open -= series.open().size();
        List<Unfinished> left = series.endAll();
        remove(series);
        return left;
    }

    /** Rows that have begun and not ended. */
    int begun() {
        return open;
    }

    boolean isEmpty() {
        return interactive.series().isEmpty() && bulk.series().isEmpty();
    }

    /** All series, in the order in which they are served. */
    List<SeriesInWork<T>> series() {
        List<SeriesInWork<T>> all = new ArrayList<>(interactive.series());
        all.addAll(bulk.series());
        return all;
    }

    /** Series that the next two ticks would serve, had they their encodings. */
    List<SeriesInWork<T>> toEncode(int rows, int limit) {
        List<SeriesInWork<T>> found = new ArrayList<>();
        addToEncode(interactive, 2 * rows, limit, found);
        addToEncode(bulk, 2 * rows, limit, found);
        return found;
    }

    private void addToEncode(FairOrder<T> order, int rows, int limit, List<SeriesInWork<T>> found) {
        int planned = 0;
        for (SeriesInWork<T> series : order.series()) {
            if (planned >= rows || found.size() >= limit) {
                return;
            }
            if (!series.encoded()) {
                found.add(series);
            }
            planned += series.open().size() + series.unopened();
        }
    }

    /** The rows of a tick, at most so many. */
    List<RowInWork<T>> choose(int rows) {
        List<RowInWork<T>> chosen = new ArrayList<>();
        if (interactive.series().isEmpty()) {
            credit = 0;
            take(bulk, rows, rows, Double.POSITIVE_INFINITY, chosen);
            return chosen;
        }
        double spent = take(bulk, rows, rows, credit, chosen);
        double evaluations = take(interactive, rows - chosen.size(), rows, Double.POSITIVE_INFINITY, chosen);
        if (chosen.isEmpty()) {
            // What is interactive waits for its encoding.
            take(bulk, rows, rows, Double.POSITIVE_INFINITY, chosen);
            return chosen;
        }
        boolean owed = !bulk.series().isEmpty();
        credit = owed ? Math.min(2.0 * rows, credit - spent + evaluations * bulkShare / (1 - bulkShare)) : 0;
        return chosen;
    }

    /** Says which rows a tick moved. */
    void served(List<RowInWork<T>> rows, List<Integer> evaluations) {
        int[] sums = new int[2];
        for (int i = 0; i < rows.size(); i++) {
            sums[rows.get(i).owner().series().priority() == Priority.INTERACTIVE ? 0 : 1] += evaluations.get(i);
        }
        interactive.served(sums[0]);
        bulk.served(sums[1]);
    }

    /** Takes rows within a budget of evaluations; returns what they cost. */
    private double take(FairOrder<T> order, int limit, int rowsOfTick, double budget, List<RowInWork<T>> chosen) {
        double cost = 0;
        int taken = 0;
        if (budget < 1) {
            return cost;
        }
        for (SeriesInWork<T> series : order.series()) {
            if (!series.encoded()) {
                continue;
            }
            while (series.open().size() < limit - taken && mayOpen(series, rowsOfTick)) {
                series.openNext(sampleSize);
                open++;
            }
            for (RowInWork<T> row : series.open(limit - taken)) {
                int entries = row.state().entries();
                if (cost + entries > budget) {
                    return cost;
                }
                chosen.add(row);
                taken++;
                cost += entries;
            }
            if (taken == limit) {
                return cost;
            }
        }
        return cost;
    }

    private boolean mayOpen(SeriesInWork<T> series, int rowsOfTick) {
        return series.unopened() > 0 && open < OPEN_TICKS * rowsOfTick;
    }

    private FairOrder<T> order(Series<T> series) {
        return series.priority() == Priority.INTERACTIVE ? interactive : bulk;
    }
}
