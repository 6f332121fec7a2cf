package dev.semantica.sampler.worker;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.SamplingEngine;
import dev.semantica.sampler.engine.Series;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A bundle, loaded once a device, and the engines that own it there. For several threads. */
final class ServedBundle {

    private final List<? extends LoadedBundle> loaded;
    private final List<SamplingEngine<RowTag>> engines = new ArrayList<>();
    private final TokenCache cache;

    /**
     * Starts an engine for each.
     *
     * @param loaded the same bundle on every device, at least one
     * @param onFailure told when an engine ends by itself
     */
    ServedBundle(
            List<? extends LoadedBundle> loaded,
            EngineConfig config,
            TokenCache cache,
            InstantSource clock,
            RowListener<RowTag> listener,
            Consumer<Throwable> onFailure) {
        this.loaded = List.copyOf(loaded);
        this.cache = cache;
        for (int device = 0; device < loaded.size(); device++) {
            String name = "sampler-" + bundle().name() + (loaded.size() == 1 ? "" : "-" + device);
            engines.add(new SamplingEngine<>(name, loaded.get(device), config, clock, listener, onFailure));
        }
    }

    Bundle bundle() {
        return loaded.get(0).bundle();
    }

    BundleManifest manifest() {
        return bundle().manifest();
    }

    /** What runs it on a device. */
    String engine(int device) {
        return loaded.get(device).engine();
    }

    /** Whether rows can start from their noised source. */
    boolean encodesSamples() {
        return loaded.get(0).encodesSamples();
    }

    /** The encoding of a source, if it is remembered; otherwise null. */
    Condition known(String sourceDigest) {
        return cache.get(bundle().digest() + sourceDigest);
    }

    void remember(String sourceDigest, Condition condition) {
        cache.put(bundle().digest() + sourceDigest, condition);
    }

    /** The device with the least work. */
    int idlest() {
        return IntStream.range(0, engines.size())
                .boxed()
                .min(Comparator.comparingLong(device -> engines.get(device).rowsInWork()))
                .orElseThrow();
    }

    /** Gives a series to a device. */
    void sample(int device, Series<RowTag> series) {
        engines.get(device).add(series);
    }

    /** Rows that have no outcome yet. */
    long rowsInWork() {
        return engines.stream().mapToLong(SamplingEngine::rowsInWork).sum();
    }

    /** Those of them that are between their first step and their last. */
    long rowsBegun() {
        return engines.stream().mapToLong(SamplingEngine::rowsBegun).sum();
    }

    /** Ends the engines; returns whether all have ended in time. */
    boolean stop(Duration patience) {
        boolean all = true;
        for (SamplingEngine<RowTag> engine : engines) {
            all &= engine.stop(patience);
        }
        return all;
    }
}
