package dev.semantica.evaluation.factor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Convolutions that halve the picture, a hidden layer with ReLU, and one layer of outputs for all heads. It holds no
 * parameters: these are a list of rows, so that gradients, optimiser and files see nothing else.
 */
final class Network {

    private final int side;
    private final List<Convolution> convolutions = new ArrayList<>();
    private final List<Normalisation> normalisations = new ArrayList<>();
    private final Dense hidden;
    private final Dense outputs;

    /**
     * A network.
     *
     * @param side height and width of a picture, divisible by 2 to the number of convolutions
     * @param widths channels of each convolution, at least one
     * @param hiddenWidth features of the hidden layer
     * @param outputWidth outputs of all heads
     */
    Network(int side, List<Integer> widths, int hiddenWidth, int outputWidth) {
        this.side = side;
        int at = 0;
        int channels = 3;
        int left = side;
        for (int width : widths) {
            Convolution convolution = new Convolution(channels, width, left, at);
            convolutions.add(convolution);
            normalisations.add(new Normalisation(width, at + width));
            at += width + Normalisation.ROWS;
            channels = width;
            left = convolution.outSide();
        }
        hidden = new Dense(channels * left * left, hiddenWidth, at);
        outputs = new Dense(hiddenWidth, outputWidth, at + hidden.in() + 1);
    }

    int side() {
        return side;
    }

    /** Parameters of zero. */
    float[][] zeros() {
        float[][] parameters = new float[outputs.at() + outputs.in() + 1][];
        for (Convolution layer : convolutions) {
            for (int o = 0; o < layer.out(); o++) {
                parameters[layer.at() + o] = new float[layer.taps()];
            }
            for (int i = 0; i < Normalisation.ROWS; i++) {
                parameters[layer.at() + layer.out() + i] = new float[layer.out()];
            }
        }
        for (Dense layer : List.of(hidden, outputs)) {
            for (int i = 0; i <= layer.in(); i++) {
                parameters[layer.at() + i] = new float[layer.out()];
            }
        }
        return parameters;
    }

    /** Normal weights of variance 2 / inputs (He et al. 2015), gains of one, shifts and biases of zero. */
    float[][] initial(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] parameters = zeros();
        for (Convolution layer : convolutions) {
            fill(parameters, layer.at(), layer.out(), Math.sqrt(2.0 / layer.taps()), random);
        }
        for (Normalisation layer : normalisations) {
            Arrays.fill(parameters[layer.at() + 1], 1);
        }
        fill(parameters, hidden.at(), hidden.in(), Math.sqrt(2.0 / hidden.in()), random);
        // Small: at first every category is about as likely as any other.
        fill(parameters, outputs.at(), outputs.in(), 0.3 / Math.sqrt(outputs.in()), random);
        return parameters;
    }

    private static void fill(float[][] parameters, int at, int rows, double deviation, SplittableRandom random) {
        for (int i = at; i < at + rows; i++) {
            for (int j = 0; j < parameters[i].length; j++) {
                parameters[i][j] = (float) (deviation * random.nextGaussian());
            }
        }
    }

    /** Room for up to so many pictures at once; for one thread. */
    Pass pass(int mostPictures) {
        return new Pass(mostPictures);
    }

    /** Pictures on their way through the network. */
    final class Pass {

        private final Rows input;
        private final List<Rows> columns = new ArrayList<>();
        private final List<Rows> normals = new ArrayList<>();
        private final List<Normalisation.Moments> moments = new ArrayList<>();
        private final List<Rows> maps = new ArrayList<>();
        private final List<Rows> slopes = new ArrayList<>();
        private final List<Rows> turned = new ArrayList<>();
        private final Rows flat;
        private final Rows flatSlope;
        private final Rows activations;
        private final Rows activationSlope;
        private final Rows result;

        private Pass(int most) {
            input = Rows.of(3, most * side * side);
            for (Convolution layer : convolutions) {
                int places = most * layer.outArea();
                columns.add(Rows.of(layer.taps(), places));
                normals.add(Rows.of(layer.out(), places));
                moments.add(null);
                maps.add(Rows.of(layer.out(), places));
                slopes.add(Rows.of(layer.out(), places));
                turned.add(Rows.of(places, layer.out()));
            }
            flat = Rows.of(most, hidden.in());
            flatSlope = Rows.of(most, hidden.in());
            activations = Rows.of(most, hidden.out());
            activationSlope = Rows.of(most, hidden.out());
            result = Rows.of(most, outputs.out());
        }

        /** To be filled before {@link #forward}: [3][pictures · height · width], about −1 to 1. */
        Rows input() {
            return input;
        }

        /**
         * Outputs, a row a picture; valid until the next call.
         *
         * @param training whether pictures are normalised by their own moments, else by those that are kept
         */
        Rows forward(float[][] parameters, int pictures, boolean training) {
            Rows from = input;
            for (int i = 0; i < convolutions.size(); i++) {
                convolutions.get(i).forward(parameters, from, pictures, columns.get(i), normals.get(i));
                Normalisation layer = normalisations.get(i);
                int places = pictures * convolutions.get(i).outArea();
                moments.set(i, training ? layer.of(normals.get(i), places) : layer.kept(parameters));
                layer.forward(parameters, moments.get(i), normals.get(i), places, maps.get(i));
                from = maps.get(i);
            }
            Convolution last = convolutions.get(convolutions.size() - 1);
            for (int c = 0; c < last.out(); c++) {
                for (int p = 0; p < pictures; p++) {
                    System.arraycopy(from.row(c), p * last.outArea(), flat.row(p), c * last.outArea(), last.outArea());
                }
            }
            hidden.forward(parameters, flat, pictures, activations);
            for (int p = 0; p < pictures; p++) {
                float[] row = activations.row(p);
                for (int i = 0; i < row.length; i++) {
                    row[i] = Math.max(0, row[i]);
                }
            }
            outputs.forward(parameters, activations, pictures, result);
            return result;
        }

        /**
         * Adds the gradient of the loss, once after each {@link #forward} of the same pictures in training.
         *
         * @param slope of the loss by the outputs
         */
        void backward(float[][] parameters, int pictures, Rows slope, float[][] gradient) {
            outputs.backward(parameters, activations, pictures, slope, gradient, activationSlope);
            for (int p = 0; p < pictures; p++) {
                float[] row = activationSlope.row(p);
                for (int i = 0; i < row.length; i++) {
                    row[i] = activations.row(p)[i] > 0 ? row[i] : 0;
                }
            }
            hidden.backward(parameters, flat, pictures, activationSlope, gradient, flatSlope);
            int top = convolutions.size() - 1;
            Convolution last = convolutions.get(top);
            for (int c = 0; c < last.out(); c++) {
                for (int p = 0; p < pictures; p++) {
                    System.arraycopy(
                            flatSlope.row(p),
                            c * last.outArea(),
                            slopes.get(top).row(c),
                            p * last.outArea(),
                            last.outArea());
                }
            }
            for (int i = top; i >= 0; i--) {
                int places = pictures * convolutions.get(i).outArea();
                normalisations
                        .get(i)
                        .backward(
                                parameters,
                                moments.get(i),
                                normals.get(i),
                                maps.get(i),
                                places,
                                slopes.get(i),
                                gradient);
                Rows below = i == 0 ? null : slopes.get(i - 1);
                convolutions
                        .get(i)
                        .backward(parameters, pictures, columns.get(i), slopes.get(i), gradient, below, turned.get(i));
            }
        }

        /** Adds a share of the moments that the last {@link #forward} found to those that are kept. */
        void keepMoments(float[][] parameters, float share) {
            for (int i = 0; i < moments.size(); i++) {
                Normalisation.Moments found = moments.get(i);
                Normalisation.Moments kept = normalisations.get(i).kept(parameters);
                for (int c = 0; c < found.means().length; c++) {
                    kept.means()[c] += share * found.means()[c];
                    kept.variances()[c] += share * found.variances()[c];
                }
            }
        }
    }
}
