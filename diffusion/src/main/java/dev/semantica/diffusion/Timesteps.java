package dev.semantica.diffusion;

/** The timesteps that a run visits, highest first. Rounding is to the nearest even, as in the training code. */
final class Timesteps {

    private Timesteps() {}

    /** For DDIM and DDPM: whole timesteps. */
    static double[] discrete(TimestepSpacing spacing, int trainTimesteps, int steps, int offset) {
        return switch (spacing) {
            case LINSPACE -> linspace(trainTimesteps, steps, true);
            case LEADING -> leading(trainTimesteps / steps, steps, offset);
            case TRAILING -> trailing(trainTimesteps, steps);
        };
    }

    /** For Euler: with linspace, timesteps between the training's are allowed. */
    static double[] euler(TimestepSpacing spacing, int trainTimesteps, int steps, int offset) {
        return spacing == TimestepSpacing.LINSPACE
                ? linspace(trainTimesteps, steps, false)
                : discrete(spacing, trainTimesteps, steps, offset);
    }

    /** For DPM-Solver++: one more timestep is spread, and the lowest is left out. */
    static double[] multistep(TimestepSpacing spacing, int trainTimesteps, int steps, int offset) {
        return switch (spacing) {
            case LINSPACE -> firstOf(linspace(trainTimesteps, steps + 1, true), steps);
            case LEADING -> firstOf(leading(trainTimesteps / (steps + 1), steps + 1, offset), steps);
            case TRAILING -> trailing(trainTimesteps, steps);
        };
    }

    private static double[] linspace(int trainTimesteps, int steps, boolean whole) {
        double[] timesteps = new double[steps];
        double last = trainTimesteps - 1.0;
        for (int i = 0; i < steps; i++) {
            double ascending = steps == 1 ? 0 : i == steps - 1 ? last : i * (last / (steps - 1));
            timesteps[steps - 1 - i] = whole ? Math.rint(ascending) : (float) ascending;
        }
        return timesteps;
    }

    private static double[] leading(int ratio, int steps, int offset) {
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = (double) (steps - 1 - i) * ratio + offset;
        }
        return timesteps;
    }

    private static double[] trailing(int trainTimesteps, int steps) {
        double ratio = (double) trainTimesteps / steps;
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = Math.rint(trainTimesteps - i * ratio) - 1;
        }
        return timesteps;
    }

    private static double[] firstOf(double[] values, int count) {
        double[] first = new double[count];
        System.arraycopy(values, 0, first, 0, count);
        return first;
    }
}
