package dev.semantica.sampler.engine;

import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.SeriesInWork.RowInWork;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/** Finished rows on their way to pictures, interactive ones first. For one thread. */
final class Ends<T> {

    private final LoadedBundle bundle;
    private final RowListener<T> listener;
    private final BiConsumer<RowInWork<T>, Drawing> anew;
    private final int similarityTensor;
    private final BundleManifest.Reader reader;
    private final Deque<RowInWork<T>> interactive = new ArrayDeque<>();
    private final Deque<RowInWork<T>> bulk = new ArrayDeque<>();

    /** @param anew takes rows whose variation is to be drawn once more, with the best drawing of it so far */
    Ends(LoadedBundle bundle, RowListener<T> listener, BiConsumer<RowInWork<T>, Drawing> anew) {
        this.bundle = bundle;
        this.listener = listener;
        this.anew = anew;
        BundleManifest manifest = bundle.bundle().manifest();
        this.similarityTensor = manifest.condition().stream()
                .map(BundleManifest.Tensor::name)
                .toList()
                .indexOf(manifest.similarity());
        this.reader = manifest.reader();
    }

    void add(RowInWork<T> row) {
        (row.owner().series().priority() == Priority.INTERACTIVE ? interactive : bulk).add(row);
    }

    int waiting() {
        return interactive.size() + bulk.size();
    }

    boolean isEmpty() {
        return waiting() == 0;
    }

    /** Decodes at most so many; returns whether any variation was made. */
    boolean decode(int limit) {
        List<RowInWork<T>> some = new ArrayList<>();
        while (some.size() < limit && !isEmpty()) {
            some.add(interactive.isEmpty() ? bulk.poll() : interactive.poll());
        }
        if (some.isEmpty()) {
            return false;
        }
        try {
            publish(some);
        } catch (EngineException together) {
            for (RowInWork<T> row : some) {
                try {
                    publish(List.of(row));
                } catch (EngineException alone) {
                    row.fail(listener, FailureReason.ENGINE_ERROR, alone.getMessage());
                }
            }
        }
        return true;
    }

    private void publish(List<RowInWork<T>> finished) {
        List<RgbImage> pictures =
                bundle.decode(finished.stream().map(row -> row.state().sample()).toList());
        List<Condition> encodings = similarityTensor < 0 && reader == null ? List.of() : bundle.encode(pictures);
        List<Reading> readings = reader == null ? List.of() : read(finished, encodings);
        for (int i = 0; i < finished.size(); i++) {
            RowInWork<T> row = finished.get(i);
            Double similarity = similarityTensor < 0
                    ? null
                    : Condition.cosine(
                            encodings.get(i).tensors().get(similarityTensor),
                            row.state().condition().tensors().get(similarityTensor));
            if (reader == null) {
                Drawing drawing = new Drawing(pictures.get(i), similarity, null, row.attempt());
                listener.finished(row.owner().series().tag(), row.index(), drawing);
            } else {
                Reading source = readings.get(finished.size() + i);
                double agreement = source.agreement(readings.get(i));
                end(row, new Drawing(pictures.get(i), similarity, agreement, row.attempt()), source);
            }
        }
    }

    /** Readings of the variations, then of their sources. */
    private List<Reading> read(List<RowInWork<T>> finished, List<Condition> encodings) {
        List<Condition> all = new ArrayList<>(encodings);
        finished.forEach(row -> all.add(row.state().condition()));
        return bundle.read(all);
    }

    /** Of a source that the reader is not sure of, as of anything that it was never shown, the first drawing is taken. */
    private void end(RowInWork<T> row, Drawing drawing, Reading source) {
        Series<T> series = row.owner().series();
        Drawing best = row.best() != null && row.best().agreement() >= drawing.agreement() ? row.best() : drawing;
        if (row.attempt() < series.attempts()
                && best.agreement() < reader.wantedAgreement()
                && source.isSure(reader.factors())) {
            listener.drawnAnew(series.tag(), row.index(), drawing);
            anew.accept(row, best);
        } else {
            listener.finished(series.tag(), row.index(), best);
        }
    }
}
