package dev.semantica.evaluation.feature;

import dev.semantica.onnx.Shape;
import dev.semantica.sampler.bundle.BundleException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where an exported encoder's features are: an output of vectors [rows, width], of tokens [rows, tokens, width], or of a
 * map [rows, width, height, width of the map].
 *
 * @param file the graph's file, for messages
 * @param name the output
 * @param declared its shape as the graph declares it
 * @param pooling how a vector is made of it
 */
record FeatureOutput(Path file, String name, Shape declared, Pooling pooling) {

    private static final List<String> POOLED = List.of("image_embeds", "pooler_output");
    private static final String SEQUENCE = "last_hidden_state";
    private static final int VECTORS = 2;
    private static final int TOKENS = 3;
    private static final int MAP = 4;

    /** Finds the output; without a wish the embedding, else the pooled output, else the class token, else a mean. */
    static FeatureOutput choose(Path file, Map<String, Shape> outputs, Pooling wanted) throws BundleException {
        String pooled = pooled(outputs);
        String sequence = sequence(outputs);
        int rank = sequence == null ? 0 : rank(outputs.get(sequence));
        Pooling pooling = wanted;
        if (wanted == null) {
            pooling = pooled != null ? Pooling.POOLED : rank == TOKENS ? Pooling.CLS : Pooling.MEAN;
        }
        String name = pooling == Pooling.POOLED ? pooled : sequence;
        if (name == null || (pooling == Pooling.CLS && rank != TOKENS)) {
            String expected =
                    switch (pooling) {
                        case POOLED -> "image_embeds, pooler_output, or one output of vectors";
                        case CLS -> "last_hidden_state or one output of tokens";
                        case MEAN, TOKENS -> "last_hidden_state or one output of tokens or of a map";
                    };
            throw new BundleException(List.of(file + ": expected " + expected + " of floats for "
                    + (wanted == null ? "features" : pooling + " features") + ", found " + outputs));
        }
        return new FeatureOutput(file, name, outputs.get(name), pooling);
    }

    private static String pooled(Map<String, Shape> outputs) {
        for (String name : POOLED) {
            if (outputs.containsKey(name) && (rank(outputs.get(name)) == VECTORS || isOnePlace(outputs.get(name)))) {
                return name;
            }
        }
        return only(outputs.entrySet().stream()
                .filter(output -> rank(output.getValue()) == VECTORS || isOnePlace(output.getValue()))
                .map(Map.Entry::getKey)
                .toList());
    }

    private static String sequence(Map<String, Shape> outputs) {
        Shape usual = outputs.get(SEQUENCE);
        if (usual != null && (rank(usual) == TOKENS || rank(usual) == MAP)) {
            return SEQUENCE;
        }
        return only(outputs.entrySet().stream()
                .filter(output -> rank(output.getValue()) == TOKENS
                        || (rank(output.getValue()) == MAP && !isOnePlace(output.getValue())))
                .map(Map.Entry::getKey)
                .toList());
    }

    /** The usual shape of what a convolutional network pools: [rows, width, 1, 1]. */
    private static boolean isOnePlace(Shape shape) {
        return rank(shape) == MAP
                && shape.dimensions().get(2).size() == 1
                && shape.dimensions().get(3).size() == 1;
    }

    private static String only(List<String> names) {
        return names.size() == 1 ? names.get(0) : null;
    }

    private static int rank(Shape shape) {
        return shape.dimensions().size();
    }

    /**
     * The feature vectors in what a call gave.
     *
     * @throws EncoderOutputException if it is not of the declared shape, or not finite
     */
    List<double[]> features(long[] shape, float[] values, int rows) {
        if (!isDeclared(shape, rows)) {
            throw new EncoderOutputException("output '" + name + "' is declared as " + declared + ", but " + rows
                    + " pictures gave " + Arrays.toString(shape) + "; export the encoder again");
        }
        List<double[]> features = new ArrayList<>();
        int size = values.length / rows;
        for (int row = 0; row < rows; row++) {
            float[] own = Arrays.copyOfRange(values, row * size, (row + 1) * size);
            double[] vector = vector(own, shape);
            Tokens.requireFinite(vector, name);
            features.add(vector);
        }
        return features;
    }

    private boolean isDeclared(long[] shape, int rows) {
        if (shape.length != rank(declared) || shape[0] != rows) {
            return false;
        }
        for (int axis = 1; axis < shape.length; axis++) {
            long size = declared.dimensions().get(axis).size();
            if (shape[axis] < 1 || (size >= 0 && size != shape[axis])) {
                return false;
            }
        }
        return true;
    }

    private double[] vector(float[] values, long[] shape) {
        if (pooling == Pooling.TOKENS) {
            return Tokens.mean(values, 1, values.length);
        }
        if (shape.length == MAP) {
            return ofMap(values, (int) shape[1]);
        }
        int width = (int) shape[shape.length - 1];
        return Tokens.mean(values, pooling == Pooling.MEAN ? values.length / width : 1, width);
    }

    /** The mean over the places of each of the map's channels. */
    private static double[] ofMap(float[] values, int channels) {
        int places = values.length / channels;
        double[] mean = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            for (int place = 0; place < places; place++) {
                mean[channel] += values[channel * places + place] / (double) places;
            }
        }
        return mean;
    }
}
