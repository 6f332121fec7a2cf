package dev.semantica.diffusion;

/** How the variance β of a discrete diffusion process grows with the timestep. */
public enum BetaSchedule {
    /** β rises linearly (Ho et al. 2020). */
    LINEAR("linear"),
    /** √β rises linearly (latent diffusion, Rombach et al. 2022). */
    SCALED_LINEAR("scaled_linear"),
    /** Squared cosine of ᾱ, β capped at 0.999 (Nichol and Dhariwal 2021, equation 17). */
    SQUARED_COSINE("squaredcos_cap_v2");

    private final String wireName;

    BetaSchedule(String wireName) {
        this.wireName = wireName;
    }

    /** The name that scheduler configurations use. */
    public String wireName() {
        return wireName;
    }

    /**
     * β for every training timestep.
     *
     * <p>Computed in the single precision that models were trained with, so that ᾱ is the training's to the last digit.
     */
    float[] betas(int trainTimesteps, double betaStart, double betaEnd) {
        return switch (this) {
            case LINEAR -> linspace(betaStart, betaEnd, trainTimesteps);
            case SCALED_LINEAR -> {
                float[] roots = linspace(Math.sqrt(betaStart), Math.sqrt(betaEnd), trainTimesteps);
                for (int i = 0; i < roots.length; i++) {
                    roots[i] *= roots[i];
                }
                yield roots;
            }
            case SQUARED_COSINE -> {
                float[] betas = new float[trainTimesteps];
                for (int i = 0; i < trainTimesteps; i++) {
                    double now = cosineBar((double) i / trainTimesteps);
                    double next = cosineBar((double) (i + 1) / trainTimesteps);
                    betas[i] = (float) Math.min(1 - next / now, 0.999);
                }
                yield betas;
            }
        };
    }

    private static double cosineBar(double t) {
        double cosine = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    /** Evenly spaced from both ends to the middle, which keeps the end points exact in single precision. */
    private static float[] linspace(double start, double end, int count) {
        float first = (float) start;
        float last = (float) end;
        float[] values = new float[count];
        if (count == 1) {
            values[0] = first;
            return values;
        }
        float step = (last - first) / (count - 1);
        for (int i = 0; i < count; i++) {
            values[i] = i < count / 2 ? first + step * i : last - step * (count - 1 - i);
        }
        return values;
    }
}
