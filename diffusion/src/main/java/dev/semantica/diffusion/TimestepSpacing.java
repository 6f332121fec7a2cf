package dev.semantica.diffusion;

/** Which of the training's timesteps a run visits (Lin et al. 2023, table 2). */
public enum TimestepSpacing {
    /** Multiples of T/steps, from 0. */
    LEADING,
    /** Multiples of T/steps, down from T. */
    TRAILING,
    /** Evenly from 0 to T−1, both included. */
    LINSPACE
}
