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

/** Finished rows on their way to pictures, interactive ones first. For one thread. */
final class Ends<T> {

    private final LoadedBundle bundle;
    private final RowListener<T> listener;
    private final int similarityTensor;
    private final Deque<RowInWork<T>> interactive = new ArrayDeque<>();
    private final Deque<RowInWork<T>> bulk = new ArrayDeque<>();

    Ends(LoadedBundle bundle, RowListener<T> listener) {
        this.bundle = bundle;
        this.listener = listener;
        BundleManifest manifest = bundle.bundle().manifest();
        this.similarityTensor = manifest.condition().stream()
                .map(BundleManifest.Tensor::name)
                .toList()
                .indexOf(manifest.similarity());
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
                    listener.failed(
                            row.owner().series().tag(), row.index(), FailureReason.ENGINE_ERROR, alone.getMessage());
                }
            }
        }
        return true;
    }

    private void publish(List<RowInWork<T>> finished) {
        List<RgbImage> pictures =
                bundle.decode(finished.stream().map(row -> row.state().sample()).toList());
        List<Condition> encodings = similarityTensor < 0 ? List.of() : bundle.encode(pictures);
        for (int i = 0; i < finished.size(); i++) {
            RowInWork<T> row = finished.get(i);
            Double similarity = similarityTensor < 0
                    ? null
                    : Condition.cosine(
                            encodings.get(i).tensors().get(similarityTensor),
                            row.state().condition().tensors().get(similarityTensor));
            listener.finished(row.owner().series().tag(), row.index(), pictures.get(i), similarity);
        }
    }
}
