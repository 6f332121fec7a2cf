package dev.semantica.benchmarks;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.ContinuousBatch;
import dev.semantica.sampler.engine.Drawing;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.Series;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Memory over many ticks with rows that come and go, at random numbers, steps, schedulers and guidance: the heap after a
 * collection, and what the process holds. Ends with an error if either has grown by more than a tenth.
 */
final class SoakBenchmark {

    private static final int CHECKS = 10;

    private final int ticks;
    private final int rows;
    private final Path given;

    /** Over a bundle, or with null over one of a few operators. */
    SoakBenchmark(int ticks, int rows, Path given) {
        this.ticks = ticks;
        this.rows = rows;
        this.given = given;
    }

    void run(Path directory, Report report) throws Exception {
        Path folder = given;
        if (folder == null) {
            folder = directory.resolve("small");
            SmallBundle.write(folder);
        }
        report.line("bundle", given == null ? "a few operators" : given.toString());
        report.line("rows in a tick", "at most " + rows);
        try (OnnxBundle bundle = OnnxBundle.load(Bundle.read(folder), ExecutionProvider.cpu(2))) {
            ContinuousBatch<String> batch =
                    new ContinuousBatch<>(bundle, new EngineConfig(rows, 0.25), InstantSource.system(), new Ignoring());
            SplittableRandom random = new SplittableRandom(1);
            // Compilers, arenas and every batch size come first.
            tick(batch, bundle, random, Math.max(2000, ticks / 5));
            double heap = ProcessMemory.heap();
            double resident = ProcessMemory.resident();
            report.line("heap, resident, before", text(heap, resident));
            double[][] heaps = {new double[CHECKS + 1], new double[CHECKS + 1]};
            double[][] residents = {heaps[0], new double[CHECKS + 1]};
            heaps[1][0] = heap;
            residents[1][0] = resident;
            long from = System.nanoTime();
            for (int i = 1; i <= CHECKS; i++) {
                tick(batch, bundle, random, ticks / CHECKS);
                heaps[0][i] = i * (ticks / CHECKS);
                heaps[1][i] = ProcessMemory.heap();
                residents[1][i] = ProcessMemory.resident();
                report.line(
                        "heap, resident, after " + i * (ticks / CHECKS) + " ticks", text(heaps[1][i], residents[1][i]));
            }
            report.line("a tick, checks included", (System.nanoTime() - from) / 1e6 / ticks, "ms");
            report.plot("memory", "ticks", "MiB", Map.of("heap", heaps, "resident", residents));
            report.line("growth", text(ProcessMemory.heap() - heap, ProcessMemory.resident() - resident));
            if (ProcessMemory.heap() > 1.1 * heap || ProcessMemory.resident() > 1.1 * resident) {
                throw new IllegalStateException("Memory has grown");
            }
        }
    }

    private void tick(ContinuousBatch<String> batch, OnnxBundle bundle, SplittableRandom random, int count) {
        int side = bundle.bundle().manifest().image().width();
        int height = bundle.bundle().manifest().image().height();
        int waiting = 0;
        for (int i = 0; i < count; i++) {
            waiting--;
            while (waiting <= 0 || batch.idle()) {
                byte[] rgb = new byte[3 * side * height];
                rgb[0] = (byte) random.nextInt(256);
                boolean cancelled = random.nextInt(10) == 0;
                int[] asked = {0};
                batch.add(new Series<>(
                        "series",
                        "request" + random.nextInt(1000),
                        random.nextInt(4) == 0 ? Priority.INTERACTIVE : Priority.BULK,
                        null,
                        () -> cancelled && asked[0]++ > 3 ? FailureReason.CANCELLED : null,
                        new RgbImage(side, height, rgb),
                        null,
                        bundle.bundle()
                                .tabulate(
                                        List.of(SchedulerKind.values()).get(random.nextInt(4)), 1 + random.nextInt(20)),
                        random.nextBoolean() ? Guidance.NONE : new Guidance(2, 0.2, 0.9, 0.5),
                        random.nextInt(4) == 0 && bundle.encodesSamples(),
                        random.nextLong(),
                        0,
                        1 + random.nextInt(8),
                        1));
                waiting = 5 + random.nextInt(5);
            }
            batch.tick();
        }
    }

    private static String text(double heap, double resident) {
        return String.format(Locale.ROOT, "%.2f MiB, %.2f MiB", heap, resident);
    }

    private record Ignoring() implements RowListener<String> {
        @Override
        public void finished(String tag, int index, Drawing variation) {
            // Only memory counts.
        }

        @Override
        public void failed(String tag, int index, FailureReason reason, String message) {
            if (reason != FailureReason.CANCELLED) {
                throw new IllegalStateException(message);
            }
        }
    }
}
