package dev.semantica.diffusion;

/** What a denoiser's output stands for. */
public enum PredictionType {
    /** The noise ε that was added. */
    EPSILON,
    /** The velocity v = α·ε − σ·x (Salimans and Ho 2022, section 4). */
    V_PREDICTION,
    /** The clean sample x itself. */
    SAMPLE
}
