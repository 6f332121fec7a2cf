package dev.semantica.evaluation.factor;

/**
 * Batch normalisation of a row a channel (Ioffe and Szegedy 2015) and its ReLU. Parameters: four rows of a value a channel:
 * shift, gain, and the mean and variance that stand for a batch's own once training is over; these two have no gradient.
 *
 * @param channels that are normalised, each by itself
 * @param at row at which its parameters start
 */
record Normalisation(int channels, int at) {

    static final int ROWS = 4;

    private static final double EPSILON = 1e-5;

    /** Means and variances of a batch, a value a channel. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Moments(float[] means, float[] variances) {}

    Moments kept(float[][] parameters) {
        return new Moments(parameters[at + 2], parameters[at + 3]);
    }

    Moments of(Rows rows, int places) {
        float[] means = new float[channels];
        float[] variances = new float[channels];
        for (int c = 0; c < channels; c++) {
            float[] row = rows.row(c);
            double mean = sum(row, places) / places;
            means[c] = (float) mean;
            variances[c] = (float) Math.max(0, products(row, row, places) / places - mean * mean);
        }
        return new Moments(means, variances);
    }

    /**
     * Forward.
     *
     * @param values channels × places; made normal
     * @param output receives the outcome after gain, shift and ReLU
     */
    void forward(float[][] parameters, Moments moments, Rows values, int places, Rows output) {
        for (int c = 0; c < channels; c++) {
            normalise(values.row(c), moments.means()[c], inverse(moments, c), places);
            scale(values.row(c), parameters[at + 1][c], parameters[at][c], places, output.row(c));
        }
    }

    /**
     * Backward, through the batch's own moments.
     *
     * @param normal what {@link #forward} left in its values
     * @param slope of the loss by the output; becomes that by the values
     */
    void backward(
            float[][] parameters,
            Moments moments,
            Rows normal,
            Rows output,
            int places,
            Rows slope,
            float[][] gradient) {
        for (int c = 0; c < channels; c++) {
            float[] row = slope.row(c);
            float[] passed = output.row(c);
            for (int i = 0; i < places; i++) {
                row[i] = passed[i] > 0 ? row[i] : 0;
            }
            double shift = sum(row, places);
            double gain = products(row, normal.row(c), places);
            gradient[at][c] += (float) shift;
            gradient[at + 1][c] += (float) gain;
            float factor = parameters[at + 1][c] * inverse(moments, c);
            centre(row, normal.row(c), factor, (float) (shift / places), (float) (gain / places), places);
        }
    }

    private static float inverse(Moments moments, int channel) {
        return (float) (1 / Math.sqrt(moments.variances()[channel] + EPSILON));
    }

    private static void normalise(float[] row, float mean, float inverse, int places) {
        for (int i = 0; i < places; i++) {
            row[i] = (row[i] - mean) * inverse;
        }
    }

    private static void scale(float[] row, float gain, float shift, int places, float[] output) {
        for (int i = 0; i < places; i++) {
            output[i] = Math.max(0, gain * row[i] + shift);
        }
    }

    private static void centre(float[] row, float[] normal, float factor, float mean, float along, int places) {
        for (int i = 0; i < places; i++) {
            row[i] = factor * (row[i] - mean - normal[i] * along);
        }
    }

    /** In four strands: one would wait for itself at every addition. */
    private static double sum(float[] a, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            s0 += a[i];
            s1 += a[i + 1];
            s2 += a[i + 2];
            s3 += a[i + 3];
        }
        for (; i < count; i++) {
            s0 += a[i];
        }
        return s0 + s1 + s2 + s3;
    }

    private static double products(float[] a, float[] b, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            s0 += (double) a[i] * b[i];
            s1 += (double) a[i + 1] * b[i + 1];
            s2 += (double) a[i + 2] * b[i + 2];
            s3 += (double) a[i + 3] * b[i + 3];
        }
        for (; i < count; i++) {
            s0 += (double) a[i] * b[i];
        }
        return s0 + s1 + s2 + s3;
    }
}
