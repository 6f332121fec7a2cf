package dev.semantica.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * A scheduler as a table: for every step k, what the denoiser is given and how its output m moves the row.
 *
 * <pre>
 * m  = denoiser(inputScale·x, timestep)
 * x̂0 = p·x + q·m, clipped to ±clip
 * x' = a·x + b·x̂0 + c·x̂0_previous + d·noise + e·m
 * </pre>
 *
 * <p>e is zero unless the predicted sample is clipped: DDIM then keeps the unclipped direction.
 *
 * @param initialNoiseScale standard deviation of the noise that a row starts from
 * @param steps the steps in order, at least one
 */
public record StepTable(double initialNoiseScale, List<Step> steps) {

    /**
     * One step.
     *
     * @param timestep what the denoiser is told: a training timestep, or t in (0, 1)
     * @param inputScale what x is multiplied with before the denoiser sees it
     * @param p weight of x in the predicted sample
     * @param q weight of the model output in the predicted sample
     * @param a weight of x in the next x
     * @param b weight of the predicted sample
     * @param c weight of the predicted sample of the step before; zero at the first step
     * @param d weight of fresh standard normal noise
     * @param e weight of the model output
     * @param clip where the predicted sample is clipped; infinite: not at all
     * @param signal weight of the clean sample in x where the step starts
     * @param noise weight of standard normal noise in x where the step starts
     */
    public record Step(
            double timestep,
            double inputScale,
            double p,
            double q,
            double a,
            double b,
            double c,
            double d,
            double e,
            double clip,
            double signal,
            double noise) {

        /** The noise level σ where the step starts, with α² + σ² = 1, whatever the units of x. */
        public double noiseLevel() {
            return noise / Math.hypot(signal, noise);
        }

        /** The same where there is no sample of a step before. */
        private Step asFirst() {
            return new Step(timestep, inputScale, p, q, a, b + c, 0, d, e, clip, signal, noise);
        }
    }

    /** Copies the steps. */
    public StepTable {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("A step table needs at least one step");
        }
    }

    /**
     * The last part of the table, for rows that start from a noised source: strength 1 takes all steps, strength s the
     * last ⌊s·steps⌋ of them, at least one (Meng et al. 2022, "SDEdit").
     *
     * @param strength greater than 0, at most 1
     * @throws IllegalArgumentException if strength is out of range
     */
    public StepTable withStrength(double strength) {
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength must be greater than 0 and at most 1, but is " + strength);
        }
        int taken = Math.max(1, (int) (steps.size() * strength));
        List<Step> last = new ArrayList<>(steps.subList(steps.size() - taken, steps.size()));
        last.set(0, last.get(0).asFirst());
        return new StepTable(initialNoiseScale, last);
    }
}
