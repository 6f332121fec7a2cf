package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Row;
import dev.semantica.sampler.image.RgbImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A series and what became of it so far. For one thread. */
final class SeriesInWork<T> {

    private final Series<T> series;
    private final double due;
    private final long arrival;
    private final List<RowInWork<T>> open = new ArrayList<>();
    private Condition condition;
    private float[] start;
    private int opened;
    private boolean ended;

    /**
     * A row and the series that it belongs to.
     *
     * @param state its numbers
     */
    record RowInWork<T>(SeriesInWork<T> owner, int index, Row<Condition> state) {}

    SeriesInWork(Series<T> series, double due, long arrival) {
        this.series = series;
        this.due = due;
        this.arrival = arrival;
        this.condition = series.condition();
    }

    Series<T> series() {
        return series;
    }

    /** When it is due, in evaluations done. */
    double due() {
        return due;
    }

    long arrival() {
        return arrival;
    }

    boolean encoded() {
        return condition != null && (start != null || !series.fromSource());
    }

    boolean needsCondition() {
        return condition == null;
    }

    boolean needsStart() {
        return start == null && series.fromSource();
    }

    RgbImage source() {
        return series.source();
    }

    Condition condition() {
        return condition;
    }

    void condition(Condition encoding) {
        condition = encoding;
    }

    void start(float[] sample) {
        start = sample;
    }

    /** Rows that have begun and not ended; paused ones too. */
    List<RowInWork<T>> open() {
        return open;
    }

    /**
     * At most so many of them. When no more will begin, those with the most steps to go come first, so that they all end
     * as soon as they can.
     */
    List<RowInWork<T>> open(int limit) {
        if (open.size() <= limit) {
            return open;
        }
        if (unopened() > 0) {
            return open.subList(0, limit);
        }
        List<RowInWork<T>> sorted = new ArrayList<>(open);
        sorted.sort(Comparator.comparingInt(row -> row.state().step()));
        return sorted.subList(0, limit);
    }

    /** Rows that have not begun. */
    int unopened() {
        return ended ? 0 : series.count() - opened;
    }

    /** Whether no row is left. */
    boolean done() {
        return open.isEmpty() && unopened() == 0;
    }

    /** Begins its next row. */
    RowInWork<T> openNext(int sampleSize) {
        int index = series.firstIndex() + opened++;
        Row<Condition> state = series.fromSource()
                ? Row.fromSource(series.table(), condition, series.guidance(), series.seed(), index, start)
                : new Row<>(series.table(), condition, series.guidance(), series.seed(), index, sampleSize);
        RowInWork<T> row = new RowInWork<>(this, index, state);
        open.add(row);
        return row;
    }

    /** Ends all rows; returns their indexes. */
    List<Integer> endAll() {
        List<Integer> indexes = new ArrayList<>();
        open.forEach(row -> indexes.add(row.index()));
        for (int k = opened; k < series.count() && !ended; k++) {
            indexes.add(series.firstIndex() + k);
        }
        open.clear();
        ended = true;
        return indexes;
    }

    /** Fewest steps that are left until one of its rows could end. */
    int stepsLeft() {
        int all = series.table().steps().size();
        return open.stream().mapToInt(row -> all - row.state().step()).min().orElse(all);
    }
}
