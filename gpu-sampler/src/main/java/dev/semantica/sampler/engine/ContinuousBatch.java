package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.engine.SeriesInWork.RowInWork;
import dev.semantica.sampler.engine.SeriesInWork.Unfinished;
import dev.semantica.schemas.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of one bundle on one device. Each tick moves up to a number of rows by one step, whatever their request, step,
 * step count, scheduler, seed or guidance; rows join, pause and leave between ticks. Between ticks a few sources are
 * encoded and a few finished rows decoded, so that neither holds the others up; a variation that the bundle's reader reads
 * otherwise than its source begins anew, with other noise. The very first row goes alone: whoever
 * just started a worker sees a variation sooner. For one thread.
 *
 * @param <T> type of a series' tag
 */
public final class ContinuousBatch<T> {

    private static final int ENCODED_PER_TICK = 4;
    private static final int DECODED_PER_TICK = 4;

    private final LoadedBundle bundle;
    private final InstantSource clock;
    private final RowListener<T> listener;
    private final Stepper<Condition> stepper;
    private final RowChoice<T> choice;
    private final Ends<T> ends;
    private int maxRows;
    private boolean warm;
    private Duration fastestTick;

    /** A batch without rows. */
    public ContinuousBatch(LoadedBundle bundle, EngineConfig config, InstantSource clock, RowListener<T> listener) {
        this.bundle = bundle;
        this.clock = clock;
        this.listener = listener;
        this.stepper = bundle.stepper();
        this.maxRows = config.maxRows();
        this.choice = new RowChoice<>(
                config.bulkShare(), bundle.bundle().manifest().sample().size());
        this.ends = new Ends<>(bundle, listener, choice::openAnew);
    }

    /** Adds a series; its rows join from the next tick on. */
    public void add(Series<T> series) {
        choice.add(series);
    }

    /** Whether there is nothing to do. */
    public boolean idle() {
        return choice.isEmpty() && ends.isEmpty();
    }

    /** Rows that have begun and are not finished; paused ones too. */
    int rowsBegun() {
        return choice.begun();
    }

    /** Most rows that a tick takes now. */
    public int maxRows() {
        return maxRows;
    }

    /** Ends what nobody wants, encodes, moves the rows, decodes: a bounded piece of work. */
    public void tick() {
        endUnwanted();
        encode(choice.toEncode(maxRows, ENCODED_PER_TICK));
        // Finished rows that are not decoded yet hold memory: they come before new ones.
        if (ends.waiting() < maxRows) {
            List<RowInWork<T>> rows = choice.choose(warm ? maxRows : 1);
            move(bundle.scalarTimestep() ? ofOneTimestep(rows) : rows);
        }
        warm |= ends.decode(DECODED_PER_TICK);
    }

    private void endUnwanted() {
        Instant now = clock.instant();
        for (SeriesInWork<T> work : choice.series()) {
            FailureReason reason = work.series().givenUp().get();
            String message = "The request was cancelled before the variation was made";
            Instant deadline = work.series().deadline();
            if (reason == null && deadline != null && !earliestEnd(work, now).isBefore(deadline)) {
                reason = FailureReason.DEADLINE_EXCEEDED;
                message = now.isBefore(deadline)
                        ? "The deadline " + deadline + " is too near for the " + work.stepsLeft() + " steps left"
                        : "The deadline " + deadline + " passed before the variation was made";
            }
            if (reason != null) {
                endAll(work, reason, message);
            }
        }
    }

    private void endAll(SeriesInWork<T> work, FailureReason reason, String message) {
        for (Unfinished row : choice.endAll(work)) {
            work.fail(row, listener, reason, message);
        }
    }

    /** No tick has been faster than the fastest: what cannot be done by then is given up at once. */
    private Instant earliestEnd(SeriesInWork<T> work, Instant now) {
        return fastestTick == null ? now : now.plus(fastestTick.multipliedBy(work.stepsLeft()));
    }

    private void encode(List<SeriesInWork<T>> unknown) {
        List<SeriesInWork<T>> conditions =
                unknown.stream().filter(SeriesInWork::needsCondition).toList();
        eachOnFailure(conditions, some -> {
            List<Condition> encodings =
                    bundle.encode(some.stream().map(SeriesInWork::source).toList());
            for (int i = 0; i < some.size(); i++) {
                some.get(i).condition(encodings.get(i));
                listener.encoded(some.get(i).series().tag(), encodings.get(i));
            }
        });
        List<SeriesInWork<T>> starts =
                unknown.stream().filter(SeriesInWork::needsStart).toList();
        eachOnFailure(starts, some -> {
            List<float[]> samples =
                    bundle.encodeSamples(some.stream().map(SeriesInWork::source).toList());
            for (int i = 0; i < some.size(); i++) {
                some.get(i).start(samples.get(i));
            }
        });
    }

    private void eachOnFailure(List<SeriesInWork<T>> series, Consumer<List<SeriesInWork<T>>> action) {
        if (series.isEmpty()) {
            return;
        }
        try {
            action.accept(series);
        } catch (EngineException together) {
            for (SeriesInWork<T> one : series) {
                try {
                    action.accept(List.of(one));
                } catch (EngineException alone) {
                    endAll(one, FailureReason.ENGINE_ERROR, alone.getMessage());
                }
            }
        }
    }

    /** The row that is to finish first leads, and those at its timestep go with it. */
    private static <T> List<RowInWork<T>> ofOneTimestep(List<RowInWork<T>> rows) {
        return rows.stream()
                .filter(row -> timestep(row) == timestep(rows.get(0)))
                .toList();
    }

    private static double timestep(RowInWork<?> row) {
        return row.state().current().timestep();
    }

    private void move(List<RowInWork<T>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<Integer> evaluations =
                rows.stream().map(row -> row.state().entries()).toList();
        Instant before = clock.instant();
        step(rows);
        Duration taken = Duration.between(before, clock.instant());
        fastestTick = fastestTick == null || taken.compareTo(fastestTick) < 0 ? taken : fastestTick;
        listener.ticked(rows.size(), taken);
        choice.served(rows, evaluations);
        for (RowInWork<T> row : rows) {
            Row<Condition> state = row.state();
            if (state.finished()) {
                leave(row);
                ends.add(row);
            } else if (state.failure() != null && row.owner().open().contains(row)) {
                leave(row);
                row.fail(listener, FailureReason.NOT_FINITE, state.failure());
            }
        }
    }

    /**
     * One step of these rows. Where memory is short, in halves, now and from now on; where the runtime fails otherwise,
     * each alone, and only the guilty ends.
     */
    private void step(List<RowInWork<T>> rows) {
        try {
            stepper.tick(rows.stream().map(RowInWork::state).toList());
        } catch (EngineException together) {
            if (together.outOfMemory() && rows.size() > 1) {
                maxRows = Math.min(maxRows, rows.size() / 2);
                listener.rowsLowered(maxRows);
                int half = (rows.size() + 1) / 2;
                step(rows.subList(0, half));
                step(rows.subList(half, rows.size()));
            } else {
                rows.forEach(this::stepAlone);
            }
        }
    }

    private void stepAlone(RowInWork<T> row) {
        try {
            stepper.tick(List.of(row.state()));
        } catch (EngineException alone) {
            row.state().fail(alone.getMessage());
            leave(row);
            row.fail(listener, FailureReason.ENGINE_ERROR, alone.getMessage());
        }
    }

    private void leave(RowInWork<T> row) {
        choice.ended(row);
        if (row.owner().done()) {
            choice.remove(row.owner());
        }
    }
}
