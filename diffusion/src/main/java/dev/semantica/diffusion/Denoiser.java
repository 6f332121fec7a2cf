package dev.semantica.diffusion;

import java.util.List;

/**
 * The model, as the sampling loop sees it: a function of many independent entries at once.
 *
 * @param <C> what an entry is conditioned on
 */
public interface Denoiser<C> {

    /** Number of values of one sample (channels × height × width). */
    int sampleSize();

    /** The empty condition, for classifier-free guidance. */
    C unconditional();

    /**
     * Evaluates the model once. No entry may influence another.
     *
     * @param entries number of entries, at least 1
     * @param inputs noisy samples, entries × {@link #sampleSize}
     * @param timesteps one per entry
     * @param conditions one per entry
     * @param outputs where the predictions go, entries × {@link #sampleSize}
     */
    void denoise(int entries, float[] inputs, float[] timesteps, List<C> conditions, float[] outputs);
}
