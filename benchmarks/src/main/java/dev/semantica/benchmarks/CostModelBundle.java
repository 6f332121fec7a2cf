package dev.semantica.benchmarks;

import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.RgbImage;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;

/**
 * A bundle whose calls take simulated time, by what they cost on this machine, and compute nothing: scheduling at the
 * speed of a simulation.
 */
final class CostModelBundle implements LoadedBundle, InstantSource {

    private final Bundle bundle;
    private final Costs costs;
    private final FloatBuffer zeros;
    private final RgbImage picture;
    private Instant now = Instant.EPOCH;

    /**
     * Seconds of calls.
     *
     * @param call of a denoiser call, whatever its entries
     * @param entry of each entry
     * @param encode of a source
     * @param finish of a finished row: decoder and similarity
     */
    record Costs(double call, double entry, double encode, double finish) {}

    CostModelBundle(Bundle bundle, Costs costs) {
        this.bundle = bundle;
        this.costs = costs;
        this.zeros = FloatBuffer.allocate(bundle.manifest().sample().size());
        this.picture = new RgbImage(64, 64, new byte[3 * 64 * 64]);
    }

    @Override
    public Instant instant() {
        return now;
    }

    double seconds() {
        return Duration.between(Instant.EPOCH, now).toNanos() / 1e9;
    }

    /** Lets time pass until then, rounded up, if it is not over. */
    void idleUntil(double seconds) {
        Instant then = Instant.EPOCH.plusNanos((long) Math.ceil(seconds * 1e9));
        now = then.isAfter(now) ? then : now;
    }

    private void pass(double seconds) {
        now = now.plusNanos((long) (seconds * 1e9));
    }

    @Override
    public Bundle bundle() {
        return bundle;
    }

    @Override
    public String engine() {
        return "simulated";
    }

    @Override
    public Stepper<Condition> stepper() {
        return this::tick;
    }

    private int tick(List<Row<Condition>> rows) {
        int entries = 0;
        for (Row<Condition> row : rows) {
            entries += row.entries();
            row.take(zeros, zeros, 0);
        }
        pass(costs.call() + entries * costs.entry());
        return entries;
    }

    @Override
    public Denoiser<Condition> denoiser() {
        throw new UnsupportedOperationException("Ticks are simulated");
    }

    @Override
    public List<Condition> encode(List<RgbImage> images) {
        boolean sources = !picture.equals(images.get(0));
        pass(sources ? images.size() * costs.encode() : 0);
        return Collections.nCopies(images.size(), new Condition(List.of(new float[] {1}, new float[] {1})));
    }

    @Override
    public boolean encodesSamples() {
        return false;
    }

    @Override
    public List<float[]> encodeSamples(List<RgbImage> images) {
        throw new UnsupportedOperationException("The simulation starts from noise");
    }

    @Override
    public List<RgbImage> decode(List<float[]> samples) {
        pass(samples.size() * costs.finish());
        return Collections.nCopies(samples.size(), picture);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
