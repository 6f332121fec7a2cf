package dev.semantica.diffusion;

import dev.semantica.diffusion.SchedulerConfig.FinalSigmas;
import dev.semantica.diffusion.SchedulerConfig.VarianceType;
import dev.semantica.diffusion.StepTable.Step;
import java.util.ArrayList;
import java.util.List;

/** Tabulates schedulers. */
public final class Schedulers {

    /** From this many steps on, DPM-Solver++ keeps its order to the end unless the end is free of noise. */
    private static final int FEW_STEPS = 15;

    private Schedulers() {}

    /**
     * The table of a run.
     *
     * @param schedule the noise schedule that the denoiser was trained with
     * @param config the scheduler
     * @param steps number of steps, at least 1, and at most the training's timesteps
     * @throws IllegalArgumentException if steps is out of range, or if timesteps fall outside of the training's
     */
    public static StepTable tabulate(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, but is " + steps);
        }
        if (schedule instanceof DiscreteNoiseSchedule discrete && steps > discrete.trainTimesteps()) {
            throw new IllegalArgumentException("steps must be at most " + discrete.trainTimesteps()
                    + ", the number of timesteps of the training, but is " + steps);
        }
        return switch (config.kind()) {
            case DDIM -> ddim(schedule, config, steps);
            case DDPM -> ddpm(schedule, config, steps);
            case EULER -> euler(schedule, config, steps);
            case DPM_SOLVER_PP_2M -> multistep(schedule, config, steps);
        };
    }

    /** Song et al. 2021, equation 12. */
    private static StepTable ddim(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        List<Step> table = new ArrayList<>();
        for (Transition move : Transition.ofDdim(schedule, config, steps)) {
            double signal = move.signal();
            double target = move.targetSignal();
            double variance = (1 - target) / (1 - signal) * (1 - signal / target);
            double deviation = config.eta() * Math.sqrt(Math.max(variance, 0));
            double direction = Math.sqrt(Math.max(1 - target - deviation * deviation, 0));
            Prediction sample = Prediction.ofSample(config.predictionType(), signal);
            double[] noise = noiseOf(config.predictionType(), signal);
            table.add(new Step(
                    move.timestep(),
                    1,
                    sample.p(),
                    sample.q(),
                    direction * noise[0],
                    Math.sqrt(target),
                    0,
                    deviation,
                    direction * noise[1],
                    config.clipSample() ? config.clipSampleRange() : Double.POSITIVE_INFINITY,
                    Math.sqrt(signal),
                    Math.sqrt(1 - signal)));
        }
        return new StepTable(1, table);
    }

    /** Ho et al. 2020, equations 6 and 7, between timesteps that need not be neighbours. */
    private static StepTable ddpm(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        List<Step> table = new ArrayList<>();
        for (Transition move : Transition.ofDdpm(schedule, config, steps)) {
            double signal = move.signal();
            double target = move.targetSignal();
            // Single precision like ᾱ itself: 1 - ratio loses digits, and models are sampled with what is left.
            float ratio = (float) (signal / target);
            float beta = 1 - ratio;
            double variance = config.varianceType() == VarianceType.FIXED_LARGE
                    ? beta
                    : Math.max((1 - target) / (1 - signal) * beta, 1e-20);
            Prediction sample = Prediction.ofSample(config.predictionType(), signal);
            table.add(new Step(
                    move.timestep(),
                    1,
                    sample.p(),
                    sample.q(),
                    Math.sqrt(ratio) * (1 - target) / (1 - signal),
                    Math.sqrt(target) * beta / (1 - signal),
                    0,
                    move.noisy() ? Math.sqrt(variance) : 0,
                    0,
                    config.clipSample() ? config.clipSampleRange() : Double.POSITIVE_INFINITY,
                    Math.sqrt(signal),
                    Math.sqrt(1 - signal)));
        }
        return new StepTable(1, table);
    }

    /** Karras et al. 2022, algorithm 2 without churn; x is in units of the signal, x = z/α. */
    private static StepTable euler(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        SigmaPath path = SigmaPath.ofEuler(schedule, config, steps);
        List<Step> table = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            double sigma = path.sigma(k);
            double alpha = alpha(sigma);
            Prediction sample = Prediction.ofSample(config.predictionType(), alpha * alpha);
            double ratio = path.sigma(k + 1) / sigma;
            // The formulas for z hold with z = α·x.
            table.add(new Step(
                    path.timestep(k),
                    alpha,
                    sample.p() * alpha,
                    sample.q(),
                    ratio,
                    1 - ratio,
                    0,
                    0,
                    0,
                    Double.POSITIVE_INFINITY,
                    1,
                    sigma));
        }
        double first = path.sigma(0);
        boolean spansAll = schedule instanceof DiscreteNoiseSchedule && config.spacing() != TimestepSpacing.LEADING;
        return new StepTable(spansAll ? first : Math.sqrt(first * first + 1), table);
    }

    /** Lu et al. 2022, algorithm 2, with λ = −ln σ for x in units of the signal. */
    private static StepTable multistep(NoiseSchedule schedule, SchedulerConfig config, int steps) {
        SigmaPath path = SigmaPath.ofMultistep(schedule, config, steps);
        List<Step> table = new ArrayList<>();
        boolean firstOrderEnd = steps < FEW_STEPS || config.finalSigmas() == FinalSigmas.ZERO;
        for (int k = 0; k < steps; k++) {
            double alpha = alpha(path.sigma(k));
            double nextAlpha = alpha(path.sigma(k + 1));
            double shrink = path.sigma(k + 1) / path.sigma(k);
            double weight = nextAlpha * (1 - shrink);
            double extrapolation = 0;
            if (k > 0 && !(k == steps - 1 && firstOrderEnd)) {
                double h = Math.log(path.sigma(k) / path.sigma(k + 1));
                double before = Math.log(path.sigma(k - 1) / path.sigma(k));
                extrapolation = 0.5 * h / before;
            }
            Prediction sample = Prediction.ofSample(config.predictionType(), alpha * alpha);
            table.add(new Step(
                    path.timestep(k),
                    1,
                    sample.p(),
                    sample.q(),
                    shrink * nextAlpha / alpha,
                    weight * (1 + extrapolation),
                    -weight * extrapolation,
                    0,
                    0,
                    Double.POSITIVE_INFINITY,
                    alpha,
                    alpha * path.sigma(k)));
        }
        return new StepTable(1, table);
    }

    /** α where σ/α is given. */
    private static double alpha(double sigma) {
        return 1 / Math.sqrt(sigma * sigma + 1);
    }

    /** Weights of x and of the model output in the predicted noise. */
    private static double[] noiseOf(PredictionType type, double signal) {
        double alpha = Math.sqrt(signal);
        double sigma = Math.sqrt(1 - signal);
        return switch (type) {
            case EPSILON -> new double[] {0, 1};
            case V_PREDICTION -> new double[] {sigma, alpha};
            case SAMPLE -> new double[] {1 / sigma, -alpha / sigma};
        };
    }

    /** Weights of x (p) and of the model output (q) in the predicted sample. */
    private record Prediction(double p, double q) {

        static Prediction ofSample(PredictionType type, double signal) {
            double alpha = Math.sqrt(signal);
            double sigma = Math.sqrt(1 - signal);
            return switch (type) {
                case EPSILON -> {
                    if (signal == 0) {
                        throw new IllegalArgumentException("A model that predicts noise cannot start at a timestep"
                                + " without signal; use another spacing, or a bundle with v-prediction");
                    }
                    yield new Prediction(1 / alpha, -sigma / alpha);
                }
                case V_PREDICTION -> new Prediction(alpha, -sigma);
                case SAMPLE -> new Prediction(0, 1);
            };
        }
    }
}
