package dev.semantica.sampler.worker;

import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.RgbImage;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A device of its own that ends a tick at every beat, whatever rows it holds, and computes nothing. */
final class MetronomeBundle implements LoadedBundle {

    private final Bundle bundle;
    private volatile long beat;
    private final FloatBuffer zeros;
    private final AtomicLong moved = new AtomicLong();

    MetronomeBundle(Bundle bundle, Duration beat) {
        this.bundle = bundle;
        this.beat = beat.toNanos();
        this.zeros = FloatBuffer.allocate(bundle.manifest().sample().size());
    }

    /** Takes no time from now on. */
    void hurry() {
        beat = 1;
    }

    /** Rows moved by a step so far. */
    long moved() {
        return moved.get();
    }

    @Override
    public Bundle bundle() {
        return bundle;
    }

    @Override
    public String engine() {
        return "metronome";
    }

    @Override
    public Stepper<Condition> stepper() {
        return this::tick;
    }

    private int tick(List<Row<Condition>> rows) {
        long end = (System.nanoTime() / beat + 1) * beat;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        int entries = 0;
        for (Row<Condition> row : rows) {
            entries += row.entries();
            row.take(zeros, zeros, 0);
        }
        moved.addAndGet(rows.size());
        return entries;
    }

    @Override
    public List<Condition> encode(List<RgbImage> images) {
        return Collections.nCopies(images.size(), new Condition(List.of(new float[] {1}, new float[] {1, 1})));
    }

    @Override
    public Denoiser<Condition> denoiser() {
        throw new UnsupportedOperationException("Its ticks are whole");
    }

    @Override
    public boolean encodesSamples() {
        return false;
    }

    @Override
    public List<float[]> encodeSamples(List<RgbImage> images) {
        throw new UnsupportedOperationException("It starts from noise");
    }

    @Override
    public List<RgbImage> decode(List<float[]> samples) {
        int width = bundle.manifest().image().width();
        int height = bundle.manifest().image().height();
        return Collections.nCopies(samples.size(), new RgbImage(width, height, new byte[3 * width * height]));
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
