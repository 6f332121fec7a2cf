package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Denoiser;
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

    /** The denoiser. */
    Denoiser<Condition> denoiser();

    /** Turns finished samples into pictures. */
    List<RgbImage> decode(List<float[]> samples);

    /** Frees the sessions. */
    @Override
    void close();
}
