package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.image.RgbImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Samples rows over one loaded bundle. Up to a number of rows move together; when one ends the next joins, at whatever
 * step the others are. The very first row goes alone: whoever just started a worker sees a variation sooner. For one
 * thread.
 */
public final class Sampler {

    private final LoadedBundle bundle;
    private final int maxRows;
    private final SamplingLoop<Condition> loop;
    private final int similarityTensor;
    private boolean warm;

    /**
     * A sampler.
     *
     * @param maxRows most rows in one tick, at least 1; bounds the memory of a tick
     */
    public Sampler(LoadedBundle bundle, int maxRows) {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows must be at least 1, but is " + maxRows);
        }
        this.bundle = bundle;
        this.maxRows = maxRows;
        this.loop = new SamplingLoop<>(bundle.denoiser());
        BundleManifest manifest = bundle.bundle().manifest();
        this.similarityTensor = manifest.condition().stream()
                .map(BundleManifest.Tensor::name)
                .toList()
                .indexOf(manifest.similarity());
    }

    /** Samples all requests; returns when each has ended and the listener knows. */
    public <T, R> void sample(Collection<RowRequest<T, R>> requests, RowListener<T, R> listener) {
        Deque<RowRequest<T, R>> waiting = new ArrayDeque<>(requests);
        List<Active<T, R>> active = new ArrayList<>();
        while (!waiting.isEmpty() || !active.isEmpty()) {
            active.removeIf(row -> gaveUp(row.request, listener));
            while (active.size() < (warm ? maxRows : 1) && !waiting.isEmpty()) {
                RowRequest<T, R> next = waiting.poll();
                if (!gaveUp(next, listener)) {
                    active.add(new Active<>(next, start(next)));
                }
            }
            tick(active, listener);
            end(active, listener);
        }
    }

    private static <T, R> boolean gaveUp(RowRequest<T, R> request, RowListener<T, R> listener) {
        R reason = request.givenUp().get();
        if (reason != null) {
            listener.givenUp(request.tag(), reason);
        }
        return reason != null;
    }

    private <T, R> Row<Condition> start(RowRequest<T, R> request) {
        return new Row<>(
                request.table(),
                request.condition(),
                request.guidanceScale(),
                request.seed(),
                request.index(),
                bundle.denoiser().sampleSize());
    }

    /** One step of all rows. If the runtime fails on all of them, each is tried alone, and only the guilty ends. */
    private <T, R> void tick(List<Active<T, R>> active, RowListener<T, R> listener) {
        try {
            loop.tick(active.stream().map(row -> row.row).toList());
        } catch (EngineException together) {
            active.removeIf(row -> {
                try {
                    loop.tick(List.of(row.row));
                    return false;
                } catch (EngineException alone) {
                    listener.failed(row.request.tag(), alone);
                    return true;
                }
            });
        }
    }

    private <T, R> void end(List<Active<T, R>> active, RowListener<T, R> listener) {
        List<Active<T, R>> finished = new ArrayList<>();
        active.removeIf(row -> {
            if (row.row.failure() != null) {
                listener.notFinite(row.request.tag(), row.row.failure());
                return true;
            }
            if (row.row.finished()) {
                finished.add(row);
                return true;
            }
            return false;
        });
        if (finished.isEmpty()) {
            return;
        }
        warm = true;
        try {
            publish(finished, listener);
        } catch (EngineException together) {
            for (Active<T, R> row : finished) {
                try {
                    publish(List.of(row), listener);
                } catch (EngineException alone) {
                    listener.failed(row.request.tag(), alone);
                }
            }
        }
    }

    private <T, R> void publish(List<Active<T, R>> finished, RowListener<T, R> listener) {
        List<RgbImage> pictures =
                bundle.decode(finished.stream().map(row -> row.row.sample()).toList());
        List<Condition> encodings = similarityTensor < 0 ? List.of() : bundle.encode(pictures);
        for (int i = 0; i < finished.size(); i++) {
            RowRequest<T, R> request = finished.get(i).request;
            Double similarity = similarityTensor < 0
                    ? null
                    : Condition.cosine(
                            encodings.get(i).tensors().get(similarityTensor),
                            request.condition().tensors().get(similarityTensor));
            listener.finished(request.tag(), pictures.get(i), similarity);
        }
    }

    private record Active<T, R>(RowRequest<T, R> request, Row<Condition> row) {}
}
