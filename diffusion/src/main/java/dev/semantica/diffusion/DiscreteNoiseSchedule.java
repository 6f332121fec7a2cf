package dev.semantica.diffusion;

/** The schedule of a model that was trained at timesteps 0 … T−1: ᾱ, the cumulative product of 1 − β. */
public final class DiscreteNoiseSchedule implements NoiseSchedule {

    private final float[] signal;
    private final boolean zeroTerminalSnr;

    private DiscreteNoiseSchedule(float[] betas, boolean zeroTerminalSnr) {
        this.zeroTerminalSnr = zeroTerminalSnr;
        this.signal = cumulativeProduct(complement(zeroTerminalSnr ? rescaled(betas) : betas));
    }

    /**
     * A schedule from its formula.
     *
     * @param trainTimesteps T, at least 1
     * @param betaStart first β, in (0, 1); ignored by {@link BetaSchedule#SQUARED_COSINE}
     * @param betaEnd last β, in (0, 1); likewise
     * @param zeroTerminalSnr whether to rescale so that the last timestep is pure noise (Lin et al. 2023, algorithm 1)
     * @throws IllegalArgumentException if a value is out of range
     */
    public static DiscreteNoiseSchedule of(
            BetaSchedule betaSchedule, int trainTimesteps, double betaStart, double betaEnd, boolean zeroTerminalSnr) {
        if (trainTimesteps < 1) {
            throw new IllegalArgumentException("trainTimesteps must be at least 1, but is " + trainTimesteps);
        }
        if (!(betaStart > 0 && betaStart < 1 && betaEnd > 0 && betaEnd < 1)) {
            throw new IllegalArgumentException(
                    "betaStart and betaEnd must be in (0, 1), but are " + betaStart + " and " + betaEnd);
        }
        return new DiscreteNoiseSchedule(betaSchedule.betas(trainTimesteps, betaStart, betaEnd), zeroTerminalSnr);
    }

    /**
     * A schedule from the β that a model was trained with.
     *
     * @param betas β for every timestep, each in (0, 1)
     * @throws IllegalArgumentException if there is none or one is out of range
     */
    public static DiscreteNoiseSchedule ofBetas(float[] betas, boolean zeroTerminalSnr) {
        if (betas.length == 0) {
            throw new IllegalArgumentException("betas must not be empty");
        }
        for (float beta : betas) {
            if (!(beta > 0 && beta < 1)) {
                throw new IllegalArgumentException("Every beta must be in (0, 1), but one is " + beta);
            }
        }
        return new DiscreteNoiseSchedule(betas.clone(), zeroTerminalSnr);
    }

    /** T, the number of timesteps of the training. */
    public int trainTimesteps() {
        return signal.length;
    }

    /** ᾱ at a timestep 0 … T−1. */
    double signal(int timestep) {
        return signal[timestep];
    }

    /** σ/α at a timestep 0 … T−1; finite even where the signal is zero, as the Euler and DPM-Solver tables need it. */
    double noiseToSignal(int timestep) {
        double alphaBar = zeroTerminalSnr && timestep == signal.length - 1 ? 0x1p-24 : signal[timestep];
        return Math.sqrt((1 - alphaBar) / alphaBar);
    }

    /** σ/α between timesteps, linearly interpolated. */
    double noiseToSignal(double timestep) {
        double clamped = Math.min(Math.max(timestep, 0), signal.length - 1);
        int below = (int) Math.floor(clamped);
        int above = Math.min(below + 1, signal.length - 1);
        double part = clamped - below;
        double low = noiseToSignal(below);
        return low + part * (noiseToSignal(above) - low);
    }

    private static float[] complement(float[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = 1 - values[i];
        }
        return result;
    }

    private static float[] cumulativeProduct(float[] factors) {
        float[] products = new float[factors.length];
        double product = 1;
        for (int i = 0; i < factors.length; i++) {
            product *= factors[i];
            products[i] = (float) product;
        }
        return products;
    }

    private static float[] rescaled(float[] betas) {
        float[] bars = cumulativeProduct(complement(betas));
        float first = (float) Math.sqrt(bars[0]);
        float last = (float) Math.sqrt(bars[bars.length - 1]);
        float[] rescaled = new float[betas.length];
        float previous = 1;
        for (int i = 0; i < bars.length; i++) {
            float root = ((float) Math.sqrt(bars[i]) - last) * (first / (first - last));
            float bar = root * root;
            rescaled[i] = 1 - (i == 0 ? bar : bar / previous);
            previous = bar;
        }
        return rescaled;
    }
}
