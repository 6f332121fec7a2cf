package dev.semantica.console.health;

import dev.semantica.sampler.worker.SamplerWorker;
import dev.semantica.sampler.worker.WorkerListener;
import dev.semantica.sampler.worker.WorkerLoad;
import dev.semantica.schemas.FailureReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** What one worker does, counted since its start. Unlike the totals of requests these differ from worker to worker. */
public final class WorkerMetrics implements WorkerListener, Consumer<PrometheusRegistry> {

    private static final double[] TICK_SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    private static final double[] WAIT_SECONDS = {0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400};
    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final InstantSource clock;
    private final Counter taken = counter("batches_taken", "Batches taken from the queue");
    private final Counter redelivered = counter("batches_redelivered", "Batches taken that somebody had held before");
    private final Counter done = counter("batches_done", "Batches finished and acknowledged");
    private final Counter returned = counter("batches_returned", "Batches given back to the queue, to be tried again");
    private final Counter deadLettered = counter("batches_dead_lettered", "Deliveries sent to the dead letters");
    private final Counter rowSteps = counter("row_steps", "Steps of rows: rows moved, summed over all ticks");
    private final Counter made = counter("variations_made", "Variations made, duplicates after a redelivery included");
    private final Counter drawnAnew =
            counter("variations_drawn_anew", "Drawings that were read otherwise than their source, and begun anew");
    private final Counter failed = Counter.builder()
            .name("semantica_worker_variations_failed")
            .help("Variations that could not be made, by reason; CANCELLED are those that nobody wanted any more")
            .labelNames("reason")
            .register(registry);
    private final Counter outages = Counter.builder()
            .name("semantica_worker_store_outages")
            .help("Outages of a store or web server that began while an image was read or written")
            .labelNames("store")
            .register(registry);
    private final Histogram ticks = Histogram.builder()
            .name("semantica_worker_tick_seconds")
            .help("Time of a tick: one step of the rows that it moves; its count is the number of ticks")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(TICK_SECONDS)
            .register(registry);
    private final Histogram waits = Histogram.builder()
            .name("semantica_worker_queue_wait_seconds")
            .help("Time from when the topology sent a batch until this worker took it")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(WAIT_SECONDS)
            .register(registry);

    /** Counts from now on, by the given clock. */
    public WorkerMetrics(InstantSource clock) {
        this.clock = clock;
        for (FailureReason reason : FailureReason.values()) {
            failed.initLabelValues(reason.name());
        }
    }

    /** Shows the load of a worker too. */
    public void watch(SamplerWorker worker) {
        gauge("batches", "Batches that the worker holds", worker, WorkerLoad::batches);
        gauge(
                "oldest_batch_seconds",
                "Age of the oldest batch that the worker holds, since the topology sent it; 0 without one",
                worker,
                load -> load.oldestBatch() == null
                        ? 0
                        : seconds(Duration.between(load.oldestBatch(), clock.instant())));
        gauge("rows_active", "Rows between their first step and their last", worker, WorkerLoad::rowsActive);
        gauge("rows_waiting", "Rows before their first step or after their last", worker, WorkerLoad::rowsWaiting);
        gauge("pending_bytes", "Memory of the batches that the worker holds", worker, WorkerLoad::pendingBytes);
        gauge("token_cache_bytes", "Memory of the encodings of sources", worker, WorkerLoad::tokenCacheBytes);
        gauge("registry_waits", "Threads that wait for the schema registry", worker, WorkerLoad::registryWaits);
        Gauge bundles = Gauge.builder()
                .name("semantica_worker_bundle")
                .help("1 for each bundle that was loaded, with its digest")
                .labelNames("bundle", "digest")
                .register(registry);
        worker.bundles()
                .forEach((name, digest) -> bundles.labelValues(name, digest).set(1));
    }

    @Override
    public void accept(PrometheusRegistry target) {
        target.register(() -> registry.scrape());
    }

    @Override
    public void batchTaken(String batchId, int images, Duration waited, int deliveryCount) {
        taken.inc();
        // Clocks of two machines may differ.
        waits.observe(Math.max(0, seconds(waited)));
        if (deliveryCount > 1) {
            redelivered.inc();
        }
    }

    @Override
    public void ticked(int rows, Duration time) {
        rowSteps.inc(rows);
        ticks.observe(seconds(time));
    }

    @Override
    public void variationMade() {
        made.inc();
    }

    @Override
    public void variationDrawnAnew() {
        drawnAnew.inc();
    }

    @Override
    public void failed(FailureReason reason, int variations) {
        failed.labelValues(reason.name()).inc(variations);
    }

    @Override
    public void batchDone(String batchId) {
        done.inc();
    }

    @Override
    public void batchReturned(String batchId) {
        returned.inc();
    }

    @Override
    public void batchDeadLettered() {
        deadLettered.inc();
    }

    @Override
    public void storeAway(String store) {
        outages.labelValues(store).inc();
    }

    private Counter counter(String name, String help) {
        return Counter.builder().name("semantica_worker_" + name).help(help).register(registry);
    }

    private void gauge(String name, String help, SamplerWorker worker, ToDoubleFunction<WorkerLoad> value) {
        GaugeWithCallback.builder()
                .name("semantica_worker_" + name)
                .help(help)
                .callback(callback -> callback.call(value.applyAsDouble(worker.load())))
                .register(registry);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS;
    }
}
