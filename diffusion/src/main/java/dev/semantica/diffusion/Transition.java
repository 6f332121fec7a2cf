package dev.semantica.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * A step from one noise level to a lower one.
 *
 * @param timestep what the denoiser is told
 * @param signal α² where the step starts
 * @param targetSignal α² where it ends
 * @param noisy whether ancestral sampling adds noise after it
 */
record Transition(double timestep, double signal, double targetSignal, boolean noisy) {

    /** DDIM's target lies a fixed number of timesteps lower, whether or not the next step starts there. */
    static List<Transition> ofDdim(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        if (schedule instanceof CosineNoiseSchedule cosine) {
            return continuous(cosine, steps);
        }
        DiscreteNoiseSchedule discrete = (DiscreteNoiseSchedule) schedule;
        int train = discrete.trainTimesteps();
        int stride = train / steps;
        double last = config.setAlphaToOne() ? 1 : discrete.signal(0);
        List<Transition> moves = new ArrayList<>();
        for (double timestep : Timesteps.discrete(config.spacing(), train, steps, config.stepsOffset())) {
            int from = checked(timestep, train);
            int to = from - stride;
            moves.add(new Transition(timestep, discrete.signal(from), to >= 0 ? discrete.signal(to) : last, false));
        }
        return moves;
    }

    /** Ancestral sampling goes to where the next step starts. */
    static List<Transition> ofDdpm(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        if (schedule instanceof CosineNoiseSchedule cosine) {
            return continuous(cosine, steps);
        }
        DiscreteNoiseSchedule discrete = (DiscreteNoiseSchedule) schedule;
        int train = discrete.trainTimesteps();
        double[] timesteps = Timesteps.discrete(config.spacing(), train, steps, config.stepsOffset());
        List<Transition> moves = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            int from = checked(timesteps[k], train);
            double target = k == steps - 1 ? 1 : discrete.signal(checked(timesteps[k + 1], train));
            moves.add(new Transition(timesteps[k], discrete.signal(from), target, from > 0));
        }
        return moves;
    }

    private static List<Transition> continuous(CosineNoiseSchedule cosine, int steps) {
        List<Transition> moves = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            double from = SigmaPath.time(cosine, k, steps);
            double to = SigmaPath.time(cosine, k + 1, steps);
            moves.add(new Transition(from, cosine.signal(from), cosine.signal(to), k < steps - 1));
        }
        return moves;
    }

    private static int checked(double timestep, int train) {
        if (timestep < 0 || timestep >= train) {
            throw new IllegalArgumentException("Timestep " + timestep + " is outside of the training's 0 to "
                    + (train - 1) + "; use a smaller steps_offset or fewer steps");
        }
        return (int) timestep;
    }
}
