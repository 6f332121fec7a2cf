package dev.semantica.training.optimise;

/**
 * The learning rate over a run: a linear warm-up, a constant middle, and a decay along half a cosine to a tenth of a
 * percent of the peak.
 *
 * @param peak the highest; positive
 * @param warmup steps of the warm-up; from 0
 * @param decayFrom share of the run after which it decays, 0 to 1
 * @param steps steps of the run; from 1
 */
public record LearningRate(double peak, long warmup, double decayFrom, long steps) {

    private static final double FLOOR = 0.001;

    /** Refuses what makes no sense. */
    public LearningRate {
        if (!(peak > 0) || warmup < 0 || !(decayFrom >= 0 && decayFrom <= 1) || steps < 1) {
            throw new IllegalArgumentException("A learning rate needs a positive peak, a warm-up from 0, a decay from 0"
                    + " to 1 and steps from 1, but they are " + peak + ", " + warmup + ", " + decayFrom + ", " + steps);
        }
    }

    /** The rate of a step, from 0. */
    public double at(long step) {
        if (step < warmup) {
            return peak * (step + 1) / warmup;
        }
        double start = decayFrom * steps;
        if (step < start || start >= steps) {
            return peak;
        }
        double through = Math.min(1, (step - start) / (steps - start));
        return peak * Math.max(FLOOR, 0.5 * (1 + Math.cos(Math.PI * through)));
    }
}
