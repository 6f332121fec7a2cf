package dev.semantica.diffusion;

/**
 * Classifier-free guidance of one row: m = m_u + scale·(m_c − m_u) (Ho and Salimans 2022, equation 6), at the noise levels
 * of an interval only (Kynkäänniemi et al. 2024), with the standard deviation brought back towards the conditional
 * prediction's (Lin et al. 2024, equations 15 and 16).
 *
 * @param scale 1 means the condition alone, and costs one evaluation a step instead of two
 * @param from lowest noise level that is guided, 0 to 1; a noise level is σ where α² + σ² = 1
 * @param to highest noise level that is guided, from..1
 * @param rescale how far the standard deviation is brought back, 0 (not at all) to 1
 */
public record Guidance(double scale, double from, double to, double rescale) {

    /** The condition alone. */
    public static final Guidance NONE = of(1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    public Guidance {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("guidanceScale must be finite, but is " + scale);
        }
        if (!isInterval(from, to)) {
            throw new IllegalArgumentException(
                    "The guidance interval must lie within 0 to 1, its start first, but is " + from + " to " + to);
        }
        if (!(rescale >= 0 && rescale <= 1)) {
            throw new IllegalArgumentException("guidanceRescale must be from 0 to 1, but is " + rescale);
        }
    }

    /** Whether two noise levels are an interval within 0 to 1, which may be a single level. */
    public static boolean isInterval(double from, double to) {
        return from >= 0 && from <= to && to <= 1;
    }

    /** Guidance at every noise level, not rescaled. */
    public static Guidance of(double scale) {
        return new Guidance(scale, 0, 1, 0);
    }

    /** Evaluations of the denoiser in a step that starts at a noise level: 2 where it is guided, else 1. */
    public int entriesAt(double noiseLevel) {
        return scale != 1 && noiseLevel >= from && noiseLevel <= to ? 2 : 1;
    }
}
