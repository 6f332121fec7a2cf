package dev.semantica.benchmarks;

import dev.semantica.diffusion.GaussianNoise;
import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.ContinuousBatch;
import dev.semantica.sampler.engine.Drawing;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.Series;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The Java around the graphs, an operation each: what a row, a source or a tick costs besides them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Operations {

    private static final int WAITING = 10_000;
    private static final int REQUESTS = 200;
    private static final int TICK_ROWS = 8;

    private Bundle bundle;
    private float[] noise;
    private byte[] png;
    private RgbImage picture;
    private RgbImage large;
    private ImageDecoder decoder;
    private ContinuousBatch<String> batch;
    private StepTable longest;
    private final Deque<String> done = new ArrayDeque<>();

    /** Loads the shipped bundle's manifest and a picture, and lets rows wait for ticks that compute nothing. */
    @Setup
    public void setUp() throws Exception {
        bundle = Bundle.read(MeasuredBundle.DIRECTORY);
        noise = new float[bundle.manifest().sample().size()];
        png = MeasuredBundle.picture();
        decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
        picture = decoder.decode(png);
        large = new RgbImage(1024, 768, new byte[3 * 1024 * 768]);
        CostModelBundle instant = new CostModelBundle(bundle, new CostModelBundle.Costs(0, 0, 0, 0));
        batch = new ContinuousBatch<>(instant, new EngineConfig(TICK_ROWS, 0.25), instant, new Endless());
        longest =
                bundle.tabulate(SchedulerKind.DDIM, bundle.manifest().sampling().maxSteps());
        for (int request = 0; request < REQUESTS; request++) {
            add("request" + request);
        }
    }

    private void add(String request) {
        batch.add(new Series<>(
                request,
                request,
                request.endsWith("0") ? Priority.INTERACTIVE : Priority.BULK,
                null,
                () -> null,
                picture,
                null,
                longest,
                Guidance.NONE,
                false,
                0,
                0,
                WAITING / REQUESTS,
                1));
    }

    /** A row's initial noise. */
    @Benchmark
    public float[] initialNoise() {
        GaussianNoise.fill(1, 0, GaussianNoise.INITIAL_DRAW, noise, 0, noise.length);
        return noise;
    }

    /** The coefficients of a row's steps. */
    @Benchmark
    public StepTable stepTable() {
        return bundle.tabulate(
                SchedulerKind.DPM_SOLVER_PP_2M, bundle.manifest().sampling().steps());
    }

    /** A source of 64 x 64 pixels, walked within bounds and decoded. */
    @Benchmark
    public RgbImage decodeSource() throws Exception {
        return decoder.decode(png);
    }

    /** A source of 1024 x 768 pixels, brought to the bundle's size. */
    @Benchmark
    public RgbImage shrinkSource() {
        return Resizing.cover(
                large,
                bundle.manifest().image().width(),
                bundle.manifest().image().height());
    }

    /** A variation as a PNG. */
    @Benchmark
    public byte[] encodeVariation() {
        return ImageEncoder.PNG.encode(picture, Map.of());
    }

    /** A tick of eight rows, of 10,000 that wait in 200 requests, over graphs that compute nothing. */
    @Benchmark
    public void tickAmongTenThousand() {
        batch.tick();
        while (!done.isEmpty()) {
            add(done.poll());
        }
    }

    /** Collects the requests that are done, for new ones to take their places. */
    private final class Endless implements RowListener<String> {
        private final Map<String, Integer> left = new HashMap<>();

        @Override
        public void finished(String tag, int index, Drawing variation) {
            if (left.merge(tag, 1, Integer::sum) == WAITING / REQUESTS) {
                left.remove(tag);
                done.add(tag);
            }
        }

        @Override
        public void failed(String tag, int index, FailureReason reason, String message) {
            throw new IllegalStateException(message);
        }
    }
}
