package dev.semantica.diffusion;

import dev.semantica.diffusion.SchedulerConfig.FinalSigmas;

/** The noise-to-signal ratios σ/α that Euler and DPM-Solver++ walk down, one more than there are steps. */
final class SigmaPath {

    private final double[] timesteps;
    private final double[] sigmas;

    private SigmaPath(double[] timesteps, double[] sigmas) {
        this.timesteps = timesteps;
        this.sigmas = sigmas;
    }

    static SigmaPath ofEuler(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        return schedule instanceof CosineNoiseSchedule cosine
                ? continuous(cosine, steps)
                : discrete(
                        (DiscreteNoiseSchedule) schedule,
                        config,
                        Timesteps.euler(config.spacing(), train(schedule), steps, config.stepsOffset()));
    }

    static SigmaPath ofMultistep(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        return schedule instanceof CosineNoiseSchedule cosine
                ? continuous(cosine, steps)
                : discrete(
                        (DiscreteNoiseSchedule) schedule,
                        config,
                        Timesteps.multistep(config.spacing(), train(schedule), steps, config.stepsOffset()));
    }

    double timestep(int k) {
        return timesteps[k];
    }

    double sigma(int k) {
        return sigmas[k];
    }

    /** t of node k on a continuous schedule: linear from its greatest time to 0. */
    static double time(CosineNoiseSchedule cosine, int k, int steps) {
        return cosine.maxTime() * (1 - (double) k / steps);
    }

    private static SigmaPath continuous(CosineNoiseSchedule cosine, int steps) {
        double[] times = new double[steps];
        double[] sigmas = new double[steps + 1];
        for (int k = 0; k < steps; k++) {
            times[k] = time(cosine, k, steps);
            double signal = cosine.signal(times[k]);
            sigmas[k] = Math.sqrt((1 - signal) / signal);
        }
        return new SigmaPath(times, sigmas);
    }

    private static SigmaPath discrete(DiscreteNoiseSchedule discrete, SchedulerConfig config, double[] timesteps) {
        double[] sigmas = new double[timesteps.length + 1];
        for (int k = 0; k < timesteps.length; k++) {
            // Single precision: the ratios that models are sampled with everywhere.
            sigmas[k] = (float) discrete.noiseToSignal(timesteps[k]);
        }
        sigmas[timesteps.length] = config.finalSigmas() == FinalSigmas.ZERO ? 0 : (float) discrete.noiseToSignal(0);
        return new SigmaPath(timesteps, sigmas);
    }

    private static int train(NoiseSchedule schedule) {
        return ((DiscreteNoiseSchedule) schedule).trainTimesteps();
    }
}
