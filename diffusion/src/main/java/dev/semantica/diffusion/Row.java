package dev.semantica.diffusion;

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
    private final double guidanceScale;
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
     * @param guidanceScale classifier-free guidance: m = m_u + scale·(m_c − m_u) (Ho and Salimans 2022, equation 6);
     *     1 means the condition alone, and costs one evaluation a step instead of two
     * @param seed seed of its noise
     * @param index index of the variation
     * @param sampleSize number of values of a sample
     * @throws IllegalArgumentException if the guidance scale is not finite
     */
    public Row(StepTable table, C condition, double guidanceScale, long seed, int index, int sampleSize) {
        this(table, condition, guidanceScale, seed, index, initialNoise(table, seed, index, sampleSize));
    }

    /** A row that starts from given values instead of its own noise; x is taken over, not copied. */
    public Row(StepTable table, C condition, double guidanceScale, long seed, int index, float[] x) {
        if (!Double.isFinite(guidanceScale)) {
            throw new IllegalArgumentException("guidanceScale must be finite, but is " + guidanceScale);
        }
        this.table = Objects.requireNonNull(table, "table");
        this.condition = Objects.requireNonNull(condition, "condition");
        this.guidanceScale = guidanceScale;
        this.seed = seed;
        this.index = index;
        this.x = x;
        this.previousSample = new float[x.length];
        boolean stochastic = table.steps().stream().anyMatch(step -> step.d() != 0);
        this.noise = stochastic ? new float[x.length] : new float[0];
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

    C condition() {
        return condition;
    }

    /** Evaluations of the denoiser that a step costs. */
    public int entries() {
        return guidanceScale == 1 ? 1 : 2;
    }

    double guidanceScale() {
        return guidanceScale;
    }

    StepTable.Step current() {
        return table.steps().get(step);
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
        boolean guided = entries() == 2;
        double nonFinite = 0;
        for (int i = 0; i < x.length; i++) {
            double m = outputs[conditional + i];
            if (guided) {
                double base = outputs[unconditional + i];
                m = base + guidanceScale * (m - base);
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
        if (Double.isNaN(nonFinite)) {
            fail("Step " + (step + 1) + " of " + table.steps().size()
                    + " gave numbers that are not finite; try a smaller guidance scale or another scheduler");
        } else {
            step++;
        }
    }
}
