package dev.semantica.diffusion;

/**
 * The continuous cosine schedule α = cos(πt/2), σ = sin(πt/2), t in (0, 1), optionally shifted for a resolution: the
 * log signal-to-noise ratio is raised by 2·ln(shift) (Hoogeboom et al. 2023, "simple diffusion", equation 4).
 *
 * @param maxTime t where sampling starts, in (0, 1); training did not go beyond it
 * @param shift reference resolution divided by resolution; 1 shifts nothing
 */
public record CosineNoiseSchedule(double maxTime, double shift) implements NoiseSchedule {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if maxTime is not in (0, 1) or shift is not positive and finite
     */
    public CosineNoiseSchedule {
        if (!(maxTime > 0 && maxTime < 1)) {
            throw new IllegalArgumentException("maxTime must be between 0 and 1, exclusive, but is " + maxTime);
        }
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("shift must be positive and finite, but is " + shift);
        }
    }

    /** α² at time t, 0 to 1: the share of the signal in the variance. */
    public double signal(double t) {
        if (t <= 0) {
            return 1;
        }
        double tangent = Math.tan(Math.PI * t / 2) / shift;
        return 1 / (1 + tangent * tangent);
    }
}
