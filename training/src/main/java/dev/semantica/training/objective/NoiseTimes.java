package dev.semantica.training.objective;

/**
 * How often a denoiser learns at a time: the log of the times' odds, ln(t / (1 − t)), has a logistic distribution. A
 * centre of 0 with a spread of 1 makes all times as likely. Like the logit-normal times of Esser et al. 2024
 * (arXiv 2403.03206, section 3.1), which have no such case and a quantile function of no closed form.
 *
 * @param centre median of the log odds; above 0: more noise
 * @param spread how wide, above 0; below 1: fewer times near 0 and 1
 */
public record NoiseTimes(double centre, double spread) {

    /** The latest time that is learned at, where sampling starts: at 1 nothing of a sample is left. */
    public static final double LATEST = 0.999;

    /** All times as likely. */
    public static final NoiseTimes UNIFORM = new NoiseTimes(0, 1);

    /** The time in 0 … 1 below which a share, from 0 to below 1, of all times lies. */
    double quantile(double share) {
        if (equals(UNIFORM)) {
            return share;
        }
        double odds = Math.exp(centre + spread * Math.log(share / (1 - share)));
        return odds / (1 + odds);
    }
}
