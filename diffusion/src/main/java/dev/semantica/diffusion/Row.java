package dev.semantica.diffusion;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * One variation in progress: its own step table, guidance, seed and position. Not safe for use by several threads.
 *
 * @param <C> what it is conditioned on
 */
public final class Row<C> {

    private final StepTable table;
    private final C condition;
    private final Guidance guidance;
    private final long seed;
    private final int index;
    private final float[] x;
    private final float[] previousSample;
    private final float[] noise;
    private int step;
    private String failure;

    /**
     * A row at its first step, filled with its initial noise.
     *
     * @param table the steps to take
     * @param condition what it is conditioned on
     * @param guidance its guidance
     * @param seed seed of its noise
     * @param index index of the variation
     * @param sampleSize number of values of a sample
     */
    public Row(StepTable table, C condition, Guidance guidance, long seed, int index, int sampleSize) {
        this(table, condition, guidance, seed, index, initialNoise(table, seed, index, sampleSize));
    }

    /** A row whose guidance acts at every noise level. */
    public Row(StepTable table, C condition, double guidanceScale, long seed, int index, int sampleSize) {
        this(table, condition, Guidance.of(guidanceScale), seed, index, sampleSize);
    }

    /** A row that starts from given values instead of its own noise; x is taken over, not copied. */
    public Row(StepTable table, C condition, double guidanceScale, long seed, int index, float[] x) {
        this(table, condition, Guidance.of(guidanceScale), seed, index, x);
    }

    private Row(StepTable table, C condition, Guidance guidance, long seed, int index, float[] x) {
        this.table = Objects.requireNonNull(table, "table");
        this.condition = Objects.requireNonNull(condition, "condition");
        this.guidance = Objects.requireNonNull(guidance, "guidance");
        this.seed = seed;
        this.index = index;
        this.x = x;
        this.previousSample = new float[x.length];
        boolean stochastic = table.steps().stream().anyMatch(taken -> taken.d() != 0);
        this.noise = stochastic ? new float[x.length] : new float[0];
    }

    /**
     * A row that starts from a source with the noise of its table's first step (see {@link StepTable#withStrength}).
     *
     * @param source the clean sample; not changed
     */
    public static <C> Row<C> fromSource(
            StepTable table, C condition, Guidance guidance, long seed, int index, float[] source) {
        StepTable.Step first = table.steps().get(0);
        float[] x = new float[source.length];
        GaussianNoise.fill(seed, index, GaussianNoise.INITIAL_DRAW, x, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (first.signal() * source[i] + first.noise() * x[i]);
        }
        return new Row<>(table, condition, guidance, seed, index, x);
    }

    private static float[] initialNoise(StepTable table, long seed, int index, int sampleSize) {
        float[] x = new float[sampleSize];
        GaussianNoise.fill(seed, index, GaussianNoise.INITIAL_DRAW, x, 0, sampleSize);
        for (int i = 0; i < sampleSize; i++) {
            x[i] = (float) (x[i] * table.initialNoiseScale());
        }
        return x;
    }

    /** Whether it has taken all its steps. */
    public boolean finished() {
        return failure == null && step == table.steps().size();
    }

    /** Whether it takes part in the next tick. */
    public boolean active() {
        return failure == null && step < table.steps().size();
    }

    /** Why it ended early; null if it did not. */
    public String failure() {
        return failure;
    }

    /** Ends it early. */
    public void fail(String cause) {
        failure = Objects.requireNonNull(cause, "cause");
    }

    /** Steps taken. */
    public int step() {
        return step;
    }

    /** The sample as it stands; the finished one when {@link #finished}. A copy. */
    public float[] sample() {
        return Arrays.copyOf(x, x.length);
    }

    /** What it is conditioned on. */
    public C condition() {
        return condition;
    }

    /** Evaluations of the denoiser that the next step costs: 2 where it is guided, else 1. */
    public int entries() {
        return guidance.entriesAt(current().noiseLevel());
    }

    /** Its guidance. */
    public Guidance guidance() {
        return guidance;
    }

    /** The step that it takes next; only for an {@link #active} row. */
    public StepTable.Step current() {
        return table.steps().get(step);
    }

    /** Writes x, not scaled for the model, at a position. */
    public void writeSample(FloatBuffer target, int position) {
        target.put(position, x);
    }

    /** Writes the predicted sample of the step before, zero at the first, at a position. */
    public void writePrevious(FloatBuffer target, int position) {
        target.put(position, previousSample);
    }

    /** Draws the noise of the next step and writes it at a position; only where that step's d is not zero. */
    public void writeNoise(FloatBuffer target, int position) {
        GaussianNoise.fill(seed, index, step + 1, noise, 0, noise.length);
        target.put(position, noise);
    }

    /**
     * Takes the step whose results were computed elsewhere; fails the row if they are not finite.
     *
     * @param next holds x after the step, from the position on
     * @param predicted holds the predicted sample, from the position on
     */
    public void take(FloatBuffer next, FloatBuffer predicted, int position) {
        next.get(position, x);
        predicted.get(position, previousSample);
        float nonFinite = 0;
        for (float value : x) {
            // NaN for every value that is not finite, 0 otherwise.
            nonFinite += value * 0f;
        }
        end(nonFinite);
    }

    void writeInput(float[] inputs, int offset) {
        double scale = current().inputScale();
        for (int i = 0; i < x.length; i++) {
            inputs[offset + i] = (float) (x[i] * scale);
        }
    }

    /** Takes the step with the model output that lies in the array. */
    void advance(float[] outputs, int conditional, int unconditional) {
        StepTable.Step now = current();
        if (now.d() != 0) {
            GaussianNoise.fill(seed, index, step + 1, noise, 0, noise.length);
        }
        boolean guided = conditional != unconditional;
        double scale = guidance.scale();
        double factor = guided ? rescaling(outputs, conditional, unconditional) : 1;
        double nonFinite = 0;
        for (int i = 0; i < x.length; i++) {
            double m = outputs[conditional + i];
            if (guided) {
                double base = outputs[unconditional + i];
                m = factor * (base + scale * (m - base));
            }
            double sample = now.p() * x[i] + now.q() * m;
            sample = Math.max(-now.clip(), Math.min(now.clip(), sample));
            double next = now.a() * x[i] + now.b() * sample + now.c() * previousSample[i] + now.e() * m;
            if (now.d() != 0) {
                next += now.d() * noise[i];
            }
            previousSample[i] = (float) sample;
            x[i] = (float) next;
            // NaN for every value that is not finite, 0 otherwise.
            nonFinite += x[i] * 0.0;
        }
        end(nonFinite);
    }

    /** What guided output is multiplied with to keep the conditional output's standard deviation. */
    private double rescaling(float[] outputs, int conditional, int unconditional) {
        if (guidance.rescale() == 0) {
            return 1;
        }
        double sum = 0;
        double squares = 0;
        double guidedSum = 0;
        double guidedSquares = 0;
        for (int i = 0; i < x.length; i++) {
            double m = outputs[conditional + i];
            double base = outputs[unconditional + i];
            double guided = base + guidance.scale() * (m - base);
            sum += m;
            squares += m * m;
            guidedSum += guided;
            guidedSquares += guided * guided;
        }
        double variance = Math.max(squares - sum * sum / x.length, 0);
        double guidedVariance = Math.max(guidedSquares - guidedSum * guidedSum / x.length, 0);
        double ratio = guidedVariance > 0 ? Math.sqrt(variance / guidedVariance) : 1;
        return guidance.rescale() * ratio + 1 - guidance.rescale();
    }

    private void end(double nonFinite) {
        if (Double.isNaN(nonFinite)) {
            fail("Step " + (step + 1) + " of " + table.steps().size()
                    + " gave numbers that are not finite; try a smaller guidance scale or another scheduler");
        } else {
            step++;
        }
    }
}
