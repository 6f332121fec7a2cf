package dev.semantica.diffusion;

/**
 * How much signal and noise a noisy sample holds at each timestep: z = α·x + σ·ε with α² + σ² = 1.
 *
 * <p>Discrete schedules know the timesteps 0 … T−1 of their training; continuous ones every t in (0, 1).
 */
public sealed interface NoiseSchedule permits DiscreteNoiseSchedule, CosineNoiseSchedule {}
