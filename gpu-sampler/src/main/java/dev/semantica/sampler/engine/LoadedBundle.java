package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.RgbImage;
import java.util.List;

/** A bundle whose graphs are ready to run. For one thread at a time. */
public interface LoadedBundle extends AutoCloseable {

    /** What was loaded. */
    Bundle bundle();

    /** What runs it: execution provider and runtime version, for example cpu/1.28.0. */
    String engine();

    /**
     * Encodes sources.
     *
     * @param images of the bundle's size
     * @return one condition per image
     */
    List<Condition> encode(List<RgbImage> images);

    /**
     * Reads conditions.
     *
     * @return one reading per condition
     * @throws IllegalStateException if the bundle has no reader
     */
    default List<Reading> read(List<Condition> conditions) {
        throw new IllegalStateException("Bundle " + bundle().name() + " has no reader");
    }

    /** The denoiser. */
    Denoiser<Condition> denoiser();

    /** What moves rows: one call of a graph a tick. */
    default Stepper<Condition> stepper() {
        return new SamplingLoop<>(denoiser());
    }

    /** Whether all rows of a call must have the same timestep, because the denoiser takes only one. */
    default boolean scalarTimestep() {
        return false;
    }

    /** Whether rows can start from their noised source: pixel bundles can, latent ones if they have the encoder for it. */
    boolean encodesSamples();

    /**
     * Turns pictures into samples without noise, the reverse of {@link #decode}.
     *
     * @param images of the bundle's size
     */
    List<float[]> encodeSamples(List<RgbImage> images);

    /** Turns finished samples into pictures. */
    List<RgbImage> decode(List<float[]> samples);

    /** Frees the sessions. */
    @Override
    void close();
}
