package dev.semantica.benchmarks;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.semantica.training.network.AutoencoderConfig;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoderConfig;
import dev.semantica.training.run.RunConfig;
import dev.semantica.training.run.StageListener;
import dev.semantica.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the training loop costs beside the network: pairs a second of the denoiser's stage, with its data, its optimiser, its
 * averages and its records, against a bare loop over the same network that repeats one batch with DJL's own Adam. And
 * memory over many steps of a small network.
 */
final class TrainingBenchmark {

    private static final int WARM_UP = 5;
    private static final long NEVER = 1_000_000;
    private static final int CHECKS = 10;

    private final int steps;
    private final int batch;
    private final int threads;
    private final int memorySteps;

    TrainingBenchmark(int steps, int batch, int threads, int memorySteps) {
        this.steps = steps;
        this.batch = batch;
        this.threads = threads;
        this.memorySteps = memorySteps;
    }

    void run(Path directory, Report report) throws Exception {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        report.line("pairs in a step, threads", batch + ", " + threads);
        RunConfig config = config(directory.resolve("rate"), RunConfig.defaults(), steps + WARM_UP, batch);
        StepClock clock = new StepClock(WARM_UP);
        double before = bare(report);
        new TrainingRun(config, () -> false, clock, InstantSource.system()).run(TrainingRun.Stage.DENOISER);
        double loop = steps * batch / clock.seconds();
        double after = bare(null);
        report.line("bare loop, before", before, "pairs/s");
        report.line("training", loop, "pairs/s");
        report.line("bare loop, after", after, "pairs/s");
        report.line("ratio", 100 * loop / ((before + after) / 2), "%");
        memory(directory, report);
    }

    /** Pairs a second of forward pass, backward pass and DJL's Adam. */
    private double bare(Report report) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                ImageDenoiser denoiser = new ImageDenoiser(
                        ImageDenoiserConfig.latent(AutoencoderConfig.defaults().channels()), manager, 1)) {
            ImageDenoiserConfig shape = denoiser.config();
            if (report != null) {
                report.line("weights of the denoiser", denoiser.weights().count() / 1e6, "million");
            }
            Optimizer adam = Optimizer.adam()
                    .optLearningRateTracker(Tracker.fixed(1e-4f))
                    .build();
            NDArray latents = manager.randomNormal(new Shape(batch, shape.channels(), shape.side(), shape.side()));
            NDArray time = manager.randomUniform(0, 1, new Shape(batch));
            NDArray tokens = manager.randomNormal(new Shape(batch, shape.tokens(), shape.tokenWidth()));
            NDArray pooled = manager.randomNormal(new Shape(batch, shape.pooledWidth()));
            List<NDArray> inputs = List.of(latents, time, tokens, pooled);
            long from = 0;
            for (int step = 0; step < steps + WARM_UP; step++) {
                if (step == WARM_UP) {
                    from = System.nanoTime();
                }
                try (NDManager work = manager.newSubManager()) {
                    // Results go where the inputs are.
                    inputs.forEach(input -> input.attach(work));
                    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                        NDArray found =
                                denoiser.predict(latents, time, tokens, pooled).velocity();
                        NDArray loss = found.sub(latents).square().mean();
                        collector.backward(loss);
                        loss.getFloat();
                    }
                    denoiser.weights().all().forEach((name, weight) -> {
                        try (NDArray gradient = weight.getGradient()) {
                            adam.update(name, weight, gradient);
                        }
                    });
                    denoiser.weights().clearGradients();
                    inputs.forEach(input -> input.attach(manager));
                }
            }
            return steps * batch / ((System.nanoTime() - from) / 1e9);
        }
    }

    private void memory(Path directory, Report report) throws Exception {
        RunConfig usual = RunConfig.defaults();
        RunConfig small = new RunConfig(
                usual.name(),
                usual.description(),
                usual.licence(),
                usual.seed(),
                usual.threads(),
                usual.directory(),
                new RunConfig.Data(16, usual.data().validation(), "", List.of()),
                usual.frozenEncoder(),
                usual.frozenAutoencoder(),
                new RunConfig.EncoderStage(
                        usual.encoder().training(),
                        new PageEncoderConfig(16, List.of(8, 8, 8), 3, 16, 2, 1, 16),
                        usual.encoder().weights(),
                        usual.encoder().colourFactors(),
                        4,
                        ""),
                new RunConfig.AutoencoderStage(
                        usual.autoencoder().training(),
                        new AutoencoderConfig(16, 4, 8, 0, 8, 0, 8),
                        usual.autoencoder().weights(),
                        usual.autoencoder().decoderOnly(),
                        ""),
                new RunConfig.DenoiserStage(
                        usual.denoiser().training(),
                        usual.denoiser().objective(),
                        usual.denoiser().space(),
                        new RunConfig.DenoiserModel(
                                8, 1, 16, 2, 2, 32, 16, true, 16, ImageDenoiserConfig.Output.VELOCITY),
                        usual.denoiser().dropout(),
                        usual.denoiser().alignment(),
                        usual.denoiser().shift(),
                        usual.denoiser().times(),
                        usual.denoiser().filter(),
                        ""),
                usual.export());
        RunConfig config = config(directory.resolve("memory"), small, memorySteps, 8);
        MemoryClock memory = new MemoryClock(memorySteps / CHECKS);
        new TrainingRun(config, () -> false, memory, InstantSource.system()).run(TrainingRun.Stage.DENOISER);
        memory.report(report);
    }

    /** A run on a few drawn pages whose last stage is what counts. */
    private RunConfig config(Path directory, RunConfig like, long denoiserSteps, int pairs) throws IOException {
        Files.createDirectories(directory);
        return new RunConfig(
                "benchmark",
                "A benchmark.",
                like.licence(),
                1,
                threads,
                directory.toString(),
                new RunConfig.Data(
                        like.data().side(),
                        0.1,
                        "",
                        List.of(new RunConfig.Source("procedural", 1L, 0L, 200, 4, null, null, null, null, null))),
                like.frozenEncoder(),
                like.frozenAutoencoder(),
                new RunConfig.EncoderStage(
                        shortened(like.encoder().training(), 1, 4),
                        like.encoder().model(),
                        like.encoder().weights(),
                        like.encoder().colourFactors(),
                        like.encoder().pictureSide(),
                        ""),
                new RunConfig.AutoencoderStage(
                        shortened(like.autoencoder().training(), 1, 4),
                        like.autoencoder().model(),
                        like.autoencoder().weights(),
                        like.autoencoder().decoderOnly(),
                        ""),
                new RunConfig.DenoiserStage(
                        shortened(like.denoiser().training(), denoiserSteps, pairs),
                        like.denoiser().objective(),
                        like.denoiser().space(),
                        like.denoiser().model(),
                        like.denoiser().dropout(),
                        like.denoiser().alignment(),
                        like.denoiser().shift(),
                        like.denoiser().times(),
                        like.denoiser().filter(),
                        ""),
                like.export());
    }

    private static RunConfig.Training shortened(RunConfig.Training training, long steps, int batch) {
        return new RunConfig.Training(
                steps,
                batch,
                training.rate(),
                0,
                training.decayFrom(),
                training.weightDecay(),
                training.clip(),
                training.muon(),
                training.ema(),
                NEVER,
                NEVER);
    }

    /** Seconds of the last stage after its warm-up. */
    private static class StepClock implements StageListener {
        private final int warmUp;
        private long from;
        private long to;

        StepClock(int warmUp) {
            this.warmUp = warmUp;
        }

        double seconds() {
            return (to - from) / 1e9;
        }

        @Override
        public void started(String work, long total, String unit) {
            from = 0;
        }

        @Override
        public void progressed(long done, String note) {
            if (done == warmUp) {
                from = System.nanoTime();
            }
            to = System.nanoTime();
        }

        @Override
        public void judged(String stage, long step, Map<String, Double> figures) {
            // Only the time counts.
        }

        @Override
        public void ended(String work) {
            // Only the time counts.
        }

        @Override
        public void said(String line) {
            // Only the time counts.
        }
    }

    /** The heap after a collection, and what the process holds, every so many steps of the last stage. */
    private static final class MemoryClock extends StepClock {
        private final int every;
        private final List<double[]> seen = new ArrayList<>();

        MemoryClock(int every) {
            super(0);
            this.every = every;
        }

        @Override
        public void started(String work, long total, String unit) {
            seen.clear();
        }

        @Override
        public void progressed(long done, String note) {
            if (done > 0 && done % every == 0) {
                seen.add(new double[] {done, ProcessMemory.heap(), ProcessMemory.resident()});
            }
        }

        void report(Report report) {
            double[][] heaps = new double[2][seen.size()];
            double[][] residents = new double[2][seen.size()];
            for (int i = 0; i < seen.size(); i++) {
                double[] at = seen.get(i);
                heaps[0][i] = at[0];
                heaps[1][i] = at[1];
                residents[0][i] = at[0];
                residents[1][i] = at[2];
                report.line(
                        String.format(Locale.ROOT, "heap, resident, after %.0f steps", at[0]),
                        String.format(Locale.ROOT, "%.2f MiB, %.2f MiB", at[1], at[2]));
            }
            report.plot("memory", "steps", "MiB", Map.of("heap", heaps, "resident", residents));
        }
    }
}
