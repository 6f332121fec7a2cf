package dev.semantica.diffusion;

import java.util.Objects;

/**
 * How a scheduler is set up. {@link #defaults} gives each kind's customary values.
 *
 * @param kind the update rule
 * @param predictionType what the denoiser's output stands for
 * @param spacing which timesteps are visited; without meaning for a continuous schedule
 * @param stepsOffset added to the timesteps of {@link TimestepSpacing#LEADING}
 * @param setAlphaToOne DDIM: whether the last step's target has no noise at all, rather than the noise of timestep 0
 * @param clipSample DDIM, DDPM: whether the predicted sample is clipped
 * @param clipSampleRange where it is clipped: ±range
 * @param eta DDIM: 0 is deterministic, 1 adds as much noise as ancestral sampling
 * @param varianceType DDPM: which variance is added
 * @param finalSigmas Euler, DPM-Solver++: where the last step ends
 */
public record SchedulerConfig(
        SchedulerKind kind,
        PredictionType predictionType,
        TimestepSpacing spacing,
        int stepsOffset,
        boolean setAlphaToOne,
        boolean clipSample,
        double clipSampleRange,
        double eta,
        VarianceType varianceType,
        FinalSigmas finalSigmas) {

    /** The variance that ancestral sampling adds (Ho et al. 2020, section 3.2). */
    public enum VarianceType {
        /** The posterior's variance β̃. */
        FIXED_SMALL,
        /** The forward process's variance β. */
        FIXED_LARGE
    }

    /** The noise level that the last step ends at. */
    public enum FinalSigmas {
        /** None. */
        ZERO,
        /** That of timestep 0. */
        SIGMA_MIN
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    public SchedulerConfig {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(predictionType, "predictionType");
        Objects.requireNonNull(spacing, "spacing");
        Objects.requireNonNull(varianceType, "varianceType");
        Objects.requireNonNull(finalSigmas, "finalSigmas");
        if (stepsOffset < 0) {
            throw new IllegalArgumentException("stepsOffset must not be negative, but is " + stepsOffset);
        }
        if (!(clipSampleRange > 0 && clipSampleRange < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("clipSampleRange must be positive, but is " + clipSampleRange);
        }
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta must be from 0 to 1, but is " + eta);
        }
    }

    /** The customary set-up of a kind: what a scheduler configuration that names nothing means. */
    public static SchedulerConfig defaults(SchedulerKind kind) {
        boolean bySteps = kind == SchedulerKind.DDIM || kind == SchedulerKind.DDPM;
        return new SchedulerConfig(
                kind,
                PredictionType.EPSILON,
                bySteps ? TimestepSpacing.LEADING : TimestepSpacing.LINSPACE,
                0,
                true,
                bySteps,
                1,
                0,
                VarianceType.FIXED_SMALL,
                FinalSigmas.ZERO);
    }

    /** The same with another prediction type. */
    public SchedulerConfig withPredictionType(PredictionType type) {
        return new SchedulerConfig(
                kind,
                type,
                spacing,
                stepsOffset,
                setAlphaToOne,
                clipSample,
                clipSampleRange,
                eta,
                varianceType,
                finalSigmas);
    }

    /** The same with another spacing and offset. */
    public SchedulerConfig withSpacing(TimestepSpacing other, int offset) {
        return new SchedulerConfig(
                kind,
                predictionType,
                other,
                offset,
                setAlphaToOne,
                clipSample,
                clipSampleRange,
                eta,
                varianceType,
                finalSigmas);
    }

    /** The same, clipping the predicted sample to ±range or, with null, not at all. */
    public SchedulerConfig withClipping(Double range) {
        return new SchedulerConfig(
                kind,
                predictionType,
                spacing,
                stepsOffset,
                setAlphaToOne,
                range != null,
                range == null ? clipSampleRange : range,
                eta,
                varianceType,
                finalSigmas);
    }

    /** The same with another target of DDIM's last step. */
    public SchedulerConfig withSetAlphaToOne(boolean other) {
        return new SchedulerConfig(
                kind,
                predictionType,
                spacing,
                stepsOffset,
                other,
                clipSample,
                clipSampleRange,
                eta,
                varianceType,
                finalSigmas);
    }

    /** The same with other noise: η of DDIM, the variance of DDPM, the end of Euler and DPM-Solver++. */
    public SchedulerConfig withNoise(double otherEta, VarianceType variance, FinalSigmas end) {
        return new SchedulerConfig(
                kind,
                predictionType,
                spacing,
                stepsOffset,
                setAlphaToOne,
                clipSample,
                clipSampleRange,
                otherEta,
                variance,
                end);
    }
}
