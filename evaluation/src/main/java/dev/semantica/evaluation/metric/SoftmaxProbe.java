package dev.semantica.evaluation.metric;

import java.util.Arrays;

/**
 * Multinomial logistic regression on standardised features: full-batch gradient descent with momentum from zero weights,
 * so the same data give the same classifier. Penalty λ/2·‖w‖².
 */
public final class SoftmaxProbe {

    private static final int ITERATIONS = 300;
    private static final double RATE = 0.1;
    private static final double MOMENTUM = 0.9;
    /** λ for few vectors. */
    private static final double FEW = 0.01;

    private final int classes;
    private final double penalty;
    private final double[] mean;
    private final double[] deviation;
    /** Per class the weights of the features and, last, the bias. */
    private final double[][] weights;

    private SoftmaxProbe(int classes, double penalty, double[] mean, double[] deviation) {
        this.classes = classes;
        this.penalty = penalty;
        this.mean = mean;
        this.deviation = deviation;
        this.weights = new double[classes][mean.length + 1];
    }

    /**
     * Trains a classifier with a penalty for few vectors, λ = {@value #FEW}.
     *
     * @param labels class of each vector, 0 to classes − 1
     */
    public static SoftmaxProbe train(FeatureMatrix features, int[] labels, int classes) {
        return train(features, labels, classes, FEW);
    }

    /**
     * Trains a classifier.
     *
     * @param labels class of each vector, 0 to classes − 1
     * @param penalty λ, at least 0
     */
    public static SoftmaxProbe train(FeatureMatrix features, int[] labels, int classes, double penalty) {
        if (features.rows() != labels.length) {
            throw new IllegalArgumentException(features.rows() + " vectors with " + labels.length + " labels");
        }
        TooFewImagesException.require("A probe", 2, features);
        double[] mean = new double[features.dimension()];
        double[] deviation = new double[features.dimension()];
        for (int j = 0; j < mean.length; j++) {
            for (int i = 0; i < features.rows(); i++) {
                mean[j] += features.get(i, j) / features.rows();
            }
            for (int i = 0; i < features.rows(); i++) {
                double difference = features.get(i, j) - mean[j];
                deviation[j] += difference * difference / features.rows();
            }
            deviation[j] = deviation[j] == 0 ? 1 : Math.sqrt(deviation[j]);
        }
        SoftmaxProbe probe = new SoftmaxProbe(classes, penalty, mean, deviation);
        probe.descend(features, labels);
        return probe;
    }

    /** Share of vectors whose likeliest class is their label, 0 to 1. */
    public double accuracy(FeatureMatrix features, int[] labels) {
        TooFewImagesException.require("An accuracy", 1, features);
        int right = 0;
        for (int i = 0; i < features.rows(); i++) {
            double[] probabilities = probabilities(standardised(features, i));
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = probabilities[c] > probabilities[best] ? c : best;
            }
            right += best == labels[i] ? 1 : 0;
        }
        return right / (double) features.rows();
    }

    /** The chance of a vector's likeliest class, 0 to 1. */
    public double certainty(FeatureMatrix features, int row) {
        return Arrays.stream(probabilities(standardised(features, row))).max().orElseThrow();
    }

    /**
     * The same classifier over vectors as they come: the logit of class c is the sum of weight[c][j] x[j], plus the last
     * weight[c].
     *
     * @return [classes][features + 1]
     */
    public double[][] linear() {
        double[][] plain = new double[classes][mean.length + 1];
        for (int c = 0; c < classes; c++) {
            plain[c][mean.length] = weights[c][mean.length];
            for (int j = 0; j < mean.length; j++) {
                plain[c][j] = weights[c][j] / deviation[j];
                plain[c][mean.length] -= plain[c][j] * mean[j];
            }
        }
        return plain;
    }

    private void descend(FeatureMatrix features, int[] labels) {
        int dimension = mean.length;
        double[][] inputs = new double[features.rows()][];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = standardised(features, i);
        }
        double[][] velocity = new double[classes][dimension + 1];
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[][] gradient = new double[classes][dimension + 1];
            for (int i = 0; i < inputs.length; i++) {
                double[] probabilities = probabilities(inputs[i]);
                for (int c = 0; c < classes; c++) {
                    double error = (probabilities[c] - (c == labels[i] ? 1 : 0)) / inputs.length;
                    for (int j = 0; j < dimension; j++) {
                        gradient[c][j] += error * inputs[i][j];
                    }
                    gradient[c][dimension] += error;
                }
            }
            for (int c = 0; c < classes; c++) {
                for (int j = 0; j <= dimension; j++) {
                    double slope = gradient[c][j] + (j < dimension ? penalty * weights[c][j] : 0);
                    velocity[c][j] = MOMENTUM * velocity[c][j] - RATE * slope;
                    weights[c][j] += velocity[c][j];
                }
            }
        }
    }

    private double[] standardised(FeatureMatrix features, int row) {
        double[] input = new double[mean.length];
        for (int j = 0; j < input.length; j++) {
            input[j] = (features.get(row, j) - mean[j]) / deviation[j];
        }
        return input;
    }

    private double[] probabilities(double[] input) {
        double[] scores = new double[classes];
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            scores[c] = weights[c][input.length];
            for (int j = 0; j < input.length; j++) {
                scores[c] += weights[c][j] * input[j];
            }
            largest = Math.max(largest, scores[c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            scores[c] = Math.exp(scores[c] - largest);
            sum += scores[c];
        }
        for (int c = 0; c < classes; c++) {
            scores[c] /= sum;
        }
        return scores;
    }
}
