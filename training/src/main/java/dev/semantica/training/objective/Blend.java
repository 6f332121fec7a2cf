package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.diffusion.CosineNoiseSchedule;
import dev.semantica.training.network.ImageDenoiserConfig;
import java.util.Random;

/**
 * Samples, noise, and how much of either, as the machine's own numbers; α² is the signal of {@link CosineNoiseSchedule},
 * which samplers follow too.
 *
 * @param config of the denoiser, whose rows these are
 * @param samples rows of what is denoised
 * @param noise as many numbers
 * @param time of every row, above 0 and below 1
 * @param alpha of every row
 * @param sigma of every row
 * @param damping what a row's velocities are predicted times
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once; never compared.
record Blend(
        ImageDenoiserConfig config,
        float[] samples,
        float[] noise,
        float[] time,
        float[] alpha,
        float[] sigma,
        float[] damping) {

    private static final double MIN_TIME = 0.001;

    /** Of rows of samples with noise at times that rise from row to row, each as often as it should be. */
    static Blend of(
            float[] samples, int count, ImageDenoiserConfig config, double shift, NoiseTimes times, Random random) {
        float[] time = new float[count];
        float[] alpha = new float[count];
        float[] sigma = new float[count];
        float[] damping = new float[count];
        CosineNoiseSchedule schedule = new CosineNoiseSchedule(NoiseTimes.LATEST, shift);
        double offset = random.nextDouble();
        boolean predictsSamples = config.output() == ImageDenoiserConfig.Output.SAMPLE;
        for (int i = 0; i < count; i++) {
            double t = MIN_TIME + (NoiseTimes.LATEST - MIN_TIME) * times.quantile((i + offset) / count % 1);
            double signal = schedule.signal(t);
            double deviation = Math.sqrt(1 - signal);
            time[i] = (float) t;
            alpha[i] = (float) Math.sqrt(signal);
            sigma[i] = (float) deviation;
            // A velocity that is computed from the sample is divided by no less than this.
            damping[i] = predictsSamples ? (float) Math.min(1, deviation / ImageDenoiserConfig.LEAST_NOISE) : 1;
        }
        return new Blend(config, samples, Noise.normal(random, samples.length), time, alpha, sigma, damping);
    }

    /** As arrays of a manager. */
    Noised on(NDManager manager) {
        int count = time.length;
        Shape shape = new Shape(count, config.channels(), config.side(), config.side());
        Shape column = new Shape(count, 1, 1, 1);
        NDArray x = manager.create(samples, shape);
        NDArray added = manager.create(noise, shape);
        NDArray a = manager.create(alpha, column);
        NDArray s = manager.create(sigma, column);
        NDArray damped = manager.create(damping, column);
        return new Noised(
                x.mul(a).add(added.mul(s)),
                manager.create(time),
                added.mul(a).sub(x.mul(s)).mul(damped),
                a,
                s,
                damped);
    }

    /**
     * Noised samples.
     *
     * @param input α·x + σ·ε
     * @param time of every row
     * @param velocity α·ε − σ·x, damped: what the denoiser is to predict (Salimans and Ho 2022)
     * @param alpha of every row, as a column
     * @param sigma of every row, as a column
     * @param damping of every row, as a column
     */
    record Noised(NDArray input, NDArray time, NDArray velocity, NDArray alpha, NDArray sigma, NDArray damping) {

        /** The samples α·input − σ·v that velocities stand for, as the denoiser predicts these. */
        NDArray samples(NDArray predicted) {
            return input.mul(alpha).sub(predicted.div(damping).mul(sigma));
        }
    }
}
