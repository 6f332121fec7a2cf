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
import dev.semantica.training.run.RunConfig;
import dev.semantica.training.run.RunFile;
import dev.semantica.training.run.StageListener;
import dev.semantica.training.run.TrainingException;
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
    private static final int CHECKS = 10;

    /** What a run file says of networks; what it does not say is as usual. */
    private record Networks(int side, String encoder, String autoencoder, String denoiser) {}

    private static final Networks USUAL = new Networks(64, "", "", "");
    private static final Networks SMALL = new Networks(
            16,
            "channels: [8, 8, 8], halvings: 3, width: 16, heads: 2, blocks: 1, pooledWidth: 16",
            "channels: 4, encoderWidth: 8, encoderBlocks: 0, decoderWidth: 8, decoderBlocks: 0, refinement: 8",
            "convolutionWidth: 8, convolutionBlocks: 1, width: 16, heads: 2, blocks: 2, hidden: 32, crossWidth: 16,"
                    + " modulation: 16");

    private final int steps;
    private final int batch;
    private final int threads;
    private final int memorySteps;

    /** @param memorySteps steps over which memory is watched; 0: it is not */
    TrainingBenchmark(int steps, int batch, int threads, int memorySteps) {
        this.steps = steps;
        this.batch = batch;
        this.threads = threads;
        this.memorySteps = memorySteps;
    }

    void run(Path directory, Report report) throws Exception {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        report.line("pairs in a step, threads", batch + ", " + threads);
        RunConfig config = config(directory.resolve("rate"), USUAL, steps + WARM_UP, batch);
        StepClock clock = new StepClock(WARM_UP);
        double before = bare(report);
        new TrainingRun(config, () -> false, clock, InstantSource.system()).run(TrainingRun.Stage.DENOISER);
        double loop = steps * batch / clock.seconds();
        double after = bare(null);
        report.line("bare loop, before", before, "pairs/s");
        report.line("training", loop, "pairs/s");
        report.line("bare loop, after", after, "pairs/s");
        report.line("ratio", 100 * loop / ((before + after) / 2), "%");
        if (memorySteps > 0) {
            memory(directory, report);
        }
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
        RunConfig config = config(directory.resolve("memory"), SMALL, memorySteps, 8);
        MemoryClock memory = new MemoryClock(Math.max(1, memorySteps / CHECKS));
        new TrainingRun(config, () -> false, memory, InstantSource.system()).run(TrainingRun.Stage.DENOISER);
        memory.report(report);
    }

    /** A run on a few drawn pages whose last stage is what counts. */
    private RunConfig config(Path directory, Networks networks, long denoiserSteps, int pairs)
            throws IOException, TrainingException {
        Path file = Files.createDirectories(directory).resolve("run.yaml");
        String training = "{steps: %d, batch: %d, warmup: 0, judgeEvery: 1000000, saveEvery: 1000000}";
        String first = training.formatted(1, 4);
        Files.writeString(file, """
                seed: 1
                threads: %d
                directory: .
                data: {side: %d, validation: 0.1, sources: [{type: procedural, seed: 1, pages: 200, images: 4}]}
                encoder: {training: %s, model: {%s}}
                autoencoder: {training: %s, model: {%s}}
                denoiser: {training: %s, model: {%s}}
                """.formatted(
                        threads,
                        networks.side(),
                        first,
                        networks.encoder(),
                        first,
                        networks.autoencoder(),
                        training.formatted(denoiserSteps, pairs),
                        networks.denoiser()));
        return RunFile.read(file, Map.of());
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
