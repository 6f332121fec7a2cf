package dev.semantica.evaluation.factor;

/** Adam (Kingma and Ba 2015) with β = 0.9 and 0.999, ε = 1e-8. */
final class Adam {

    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private final float[][] mean;
    private final float[][] square;
    private int steps;

    /**
     * An optimiser that has seen nothing.
     *
     * @param mean zeros like the parameters, to be used by it alone
     * @param square the same again
     */
    Adam(float[][] mean, float[][] square) {
        this.mean = mean;
        this.square = square;
    }

    void step(float[][] parameters, float[][] gradient, double rate) {
        steps++;
        double corrected = rate * Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps));
        for (int i = 0; i < parameters.length; i++) {
            step(parameters[i], gradient[i], mean[i], square[i], (float) corrected);
        }
    }

    private static void step(float[] parameters, float[] gradient, float[] mean, float[] square, float rate) {
        for (int j = 0; j < parameters.length; j++) {
            float slope = gradient[j];
            mean[j] = (float) BETA_1 * mean[j] + (float) (1 - BETA_1) * slope;
            square[j] = (float) BETA_2 * square[j] + (float) (1 - BETA_2) * slope * slope;
            parameters[j] -= rate * mean[j] / ((float) Math.sqrt(square[j]) + EPSILON);
        }
    }
}
