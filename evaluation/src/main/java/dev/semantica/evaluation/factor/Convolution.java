package dev.semantica.evaluation.factor;

import java.util.Arrays;

/**
 * A convolution of 3 × 3 with stride 2 and a margin of one zero. Pictures lie as a row a channel, in it picture by picture:
 * [channels][pictures · height · width]. Parameters: a row of in · 3 · 3 weights for each output channel.
 *
 * @param in channels that come in
 * @param out channels that go out
 * @param side height and width of what comes in, even
 * @param at row at which its parameters start
 */
record Convolution(int in, int out, int side, int at) {

    private static final int KERNEL = 3;

    /** Inputs of one output value. */
    int taps() {
        return in * KERNEL * KERNEL;
    }

    int outSide() {
        return side / 2;
    }

    int outArea() {
        return outSide() * outSide();
    }

    /**
     * Forward.
     *
     * @param columns receives the inputs of each output value, taps × (pictures · outArea); the backward pass needs them
     * @param output out × (pictures · outArea)
     */
    void forward(float[][] parameters, Rows input, int pictures, Rows columns, Rows output) {
        int places = pictures * outArea();
        gather(input, pictures, columns);
        output.clear(out, places);
        Matrices.addProduct(new Rows(parameters, at), columns, output, out, taps(), places);
    }

    /**
     * Backward.
     *
     * @param columns as the forward pass left them; overwritten
     * @param slope of the loss by the output
     * @param gradient of all parameters; these are added to
     * @param inputSlope receives the slope by the input; null if nobody asks
     * @param turned room for the transpose of the slope
     */
    void backward(
            float[][] parameters,
            int pictures,
            Rows columns,
            Rows slope,
            float[][] gradient,
            Rows inputSlope,
            Rows turned) {
        int places = pictures * outArea();
        Matrices.transpose(slope, out, places, turned);
        Rows found = Rows.of(taps(), out);
        Matrices.addProduct(columns, turned, found, taps(), places, out);
        for (int o = 0; o < out; o++) {
            for (int tap = 0; tap < taps(); tap++) {
                gradient[at + o][tap] += found.row(tap)[o];
            }
        }
        if (inputSlope != null) {
            Rows weights = Rows.of(taps(), out);
            Matrices.transpose(new Rows(parameters, at), out, taps(), weights);
            // The inputs are no longer needed; what they cost takes their place.
            columns.clear(taps(), places);
            Matrices.addProduct(weights, slope, columns, taps(), out, places);
            scatter(columns, pictures, inputSlope);
        }
    }

    private void gather(Rows input, int pictures, Rows columns) {
        int half = outSide();
        for (int tap = 0; tap < taps(); tap++) {
            float[] from = input.row(tap / (KERNEL * KERNEL));
            float[] to = columns.row(tap);
            int ky = tap / KERNEL % KERNEL;
            int kx = tap % KERNEL;
            for (int line = 0; line < pictures * half; line++) {
                int at = line * half;
                if (ky == 0 && line % half == 0) {
                    Arrays.fill(to, at, at + half, 0);
                    continue;
                }
                int start = (2 * line + ky - 1) * side + kx - 1;
                to[at] = kx == 0 ? 0 : from[start];
                for (int x = 1; x < half; x++) {
                    to[at + x] = from[start + 2 * x];
                }
            }
        }
    }

    private void scatter(Rows columns, int pictures, Rows inputSlope) {
        int half = outSide();
        inputSlope.clear(in, pictures * side * side);
        for (int tap = 0; tap < taps(); tap++) {
            float[] to = inputSlope.row(tap / (KERNEL * KERNEL));
            float[] from = columns.row(tap);
            int ky = tap / KERNEL % KERNEL;
            int kx = tap % KERNEL;
            for (int line = ky == 0 ? 1 : 0; line < pictures * half; line++) {
                if (ky == 0 && line % half == 0) {
                    continue;
                }
                int at = line * half;
                int start = (2 * line + ky - 1) * side + kx - 1;
                for (int x = kx == 0 ? 1 : 0; x < half; x++) {
                    to[start + 2 * x] += from[at + x];
                }
            }
        }
    }
}
