package dev.semantica.evaluation.factor;

/**
 * A full layer without activation. Values lie as a row a picture. Parameters: a row of out weights for each input, then a row
 * of biases.
 *
 * @param in features that come in
 * @param out features that go out
 * @param at row at which its parameters start
 */
record Dense(int in, int out, int at) {

    void forward(float[][] parameters, Rows input, int pictures, Rows output) {
        for (int p = 0; p < pictures; p++) {
            System.arraycopy(parameters[at + in], 0, output.row(p), 0, out);
        }
        Matrices.addProduct(input, new Rows(parameters, at), output, pictures, in, out);
    }

    /**
     * Backward.
     *
     * @param slope of the loss by the output
     * @param gradient of all parameters; these are added to
     * @param inputSlope receives the slope by the input
     */
    void backward(float[][] parameters, Rows input, int pictures, Rows slope, float[][] gradient, Rows inputSlope) {
        for (int p = 0; p < pictures; p++) {
            for (int o = 0; o < out; o++) {
                gradient[at + in][o] += slope.row(p)[o];
            }
        }
        Rows turned = Rows.of(in, pictures);
        Matrices.transpose(input, pictures, in, turned);
        Matrices.addProduct(turned, slope, new Rows(gradient, at), in, pictures, out);
        Rows weights = Rows.of(out, in);
        Matrices.transpose(new Rows(parameters, at), in, out, weights);
        inputSlope.clear(pictures, in);
        Matrices.addProduct(slope, weights, inputSlope, pictures, out, in);
    }
}
