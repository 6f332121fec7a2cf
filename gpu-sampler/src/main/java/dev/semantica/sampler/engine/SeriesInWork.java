package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Row;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** A series and what became of it so far. For one thread. */
final class SeriesInWork<T> {

    private final Series<T> series;
    private final double due;
    private final long arrival;
    private final List<RowInWork<T>> open = new ArrayList<>();
    private final Deque<Anew> anew = new ArrayDeque<>();
    private Condition condition;
    private float[] start;
    private int opened;
    private boolean ended;

    /**
     * A row and the series that it belongs to.
     *
     * @param state its numbers
     * @param attempt which one at this variation, from 1 on
     * @param best what the attempts before it made, and is taken if this one is no better; null: none were there
     */
    record RowInWork<T>(SeriesInWork<T> owner, int index, Row<Condition> state, int attempt, Drawing best) {

        /** Ends it: with what an attempt before made, or else as failed. */
        void fail(RowListener<T> listener, FailureReason reason, String message) {
            owner.fail(new Unfinished(index, best), listener, reason, message);
        }
    }

    /**
     * A row that is ended from outside.
     *
     * @param best null where nothing was made yet
     */
    record Unfinished(int index, Drawing best) {}

    /** A variation that is to be drawn anew. */
    private record Anew(int index, int attempt, Drawing best) {}

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
        return ended ? 0 : series.count() - opened + anew.size();
    }

    /** Whether no row is left. */
    boolean done() {
        return open.isEmpty() && unopened() == 0;
    }

    /** Begins its next row. */
    RowInWork<T> openNext(int sampleSize) {
        Anew next = anew.isEmpty() ? new Anew(series.firstIndex() + opened++, 1, null) : anew.poll();
        int index = next.index();
        long seed = Series.seedOf(series.seed(), next.attempt());
        Row<Condition> state = series.fromSource()
                ? Row.fromSource(series.table(), condition, series.guidance(), seed, index, start)
                : new Row<>(series.table(), condition, series.guidance(), seed, index, sampleSize);
        RowInWork<T> row = new RowInWork<>(this, index, state, next.attempt(), next.best());
        open.add(row);
        return row;
    }

    /** Draws a variation once more, before those that have not begun. */
    void openAnew(RowInWork<T> row, Drawing best) {
        anew.add(new Anew(row.index(), row.attempt() + 1, best));
    }

    /** Ends all rows; returns them. */
    List<Unfinished> endAll() {
        List<Unfinished> left = new ArrayList<>();
        open.forEach(row -> left.add(new Unfinished(row.index(), row.best())));
        anew.forEach(next -> left.add(new Unfinished(next.index(), next.best())));
        for (int k = opened; k < series.count() && !ended; k++) {
            left.add(new Unfinished(series.firstIndex() + k, null));
        }
        open.clear();
        anew.clear();
        ended = true;
        return left;
    }

    /** Tells of a row that was ended: what was made of it is taken, unless nobody wants it. */
    void fail(Unfinished row, RowListener<T> listener, FailureReason reason, String message) {
        if (row.best() == null || series.givenUp().get() != null) {
            listener.failed(series.tag(), row.index(), reason, message);
        } else {
            listener.finished(series.tag(), row.index(), row.best());
        }
    }

    /** Fewest steps that are left until one of its rows could end. */
    int stepsLeft() {
        int all = series.table().steps().size();
        return open.stream().mapToInt(row -> all - row.state().step()).min().orElse(all);
    }
}
