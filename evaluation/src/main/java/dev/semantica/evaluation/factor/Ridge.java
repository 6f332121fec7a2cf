package dev.semantica.evaluation.factor;

import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Ridge regression (Hoerl and Kennard 1970) of all heads at once; a category is regressed on as one target each, 1 or 0
 * (regularised least-squares classification, Rifkin et al. 2003). Features are centred, and the encoder's and the colours'
 * are scaled to the same total variance. The normal equations are put together once and solved for every penalty.
 */
final class Ridge {

    private static final int BLOCK = 256;

    private final List<Head> heads;
    private final int features;
    private final double[] mean;
    private final double[] scale;
    private final double[] targetMean;
    private final DMatrixRMaj products;
    private final DMatrixRMaj cross;

    /**
     * Puts the equations together.
     *
     * @param samples at least one
     * @param colours how many features at the end are colours
     */
    Ridge(List<Sample> samples, List<Head> heads, int colours) {
        this.heads = heads;
        this.features = samples.get(0).features().length;
        int targets = heads.stream().mapToInt(Head::width).sum();
        mean = new double[features];
        targetMean = new double[targets];
        for (Sample sample : samples) {
            double[] wanted = targets(sample);
            for (int j = 0; j < features; j++) {
                mean[j] += sample.features()[j] / samples.size();
            }
            for (int o = 0; o < targets; o++) {
                targetMean[o] += wanted[o] / samples.size();
            }
        }
        scale = scale(samples, colours);
        products = new DMatrixRMaj(features, features);
        cross = new DMatrixRMaj(features, targets);
        DMatrixRMaj own = new DMatrixRMaj(features, features);
        for (int from = 0; from < samples.size(); from += BLOCK) {
            List<Sample> block = samples.subList(from, Math.min(samples.size(), from + BLOCK));
            DMatrixRMaj inputs = new DMatrixRMaj(block.size(), features);
            DMatrixRMaj wanted = new DMatrixRMaj(block.size(), targets);
            for (int i = 0; i < block.size(); i++) {
                double[] target = targets(block.get(i));
                for (int j = 0; j < features; j++) {
                    inputs.set(i, j, (block.get(i).features()[j] - mean[j]) * scale[j]);
                }
                for (int o = 0; o < targets; o++) {
                    wanted.set(i, o, target[o] - targetMean[o]);
                }
            }
            CommonOps_DDRM.multInner(inputs, own);
            CommonOps_DDRM.addEquals(products, own);
            CommonOps_DDRM.multAddTransA(inputs, wanted, cross);
        }
    }

    /**
     * Solves for one penalty.
     *
     * @return for every target the weights of the features as they come, and last what is added
     */
    float[][] solve(double penalty) {
        DMatrixRMaj penalised = products.copy();
        double added = penalty * CommonOps_DDRM.trace(products) / features;
        for (int j = 0; j < features; j++) {
            penalised.add(j, j, added);
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(features);
        if (!solver.setA(penalised)) {
            throw new ArithmeticException("The features' products with penalty " + penalty + " are singular");
        }
        DMatrixRMaj solved = new DMatrixRMaj(features, targetMean.length);
        solver.solve(cross, solved);
        float[][] weights = new float[targetMean.length][features + 1];
        for (int o = 0; o < weights.length; o++) {
            double offset = targetMean[o];
            for (int j = 0; j < features; j++) {
                double weight = solved.get(j, o) * scale[j];
                weights[o][j] = (float) weight;
                offset -= weight * mean[j];
            }
            weights[o][features] = (float) offset;
        }
        return weights;
    }

    private double[] scale(List<Sample> samples, int colours) {
        double[] variance = new double[2];
        for (Sample sample : samples) {
            for (int j = 0; j < features; j++) {
                double difference = sample.features()[j] - mean[j];
                variance[j < features - colours ? 0 : 1] += difference * difference / samples.size();
            }
        }
        double[] found = new double[features];
        for (int j = 0; j < features; j++) {
            double own = variance[j < features - colours ? 0 : 1];
            found[j] = own > 0 ? 1 / Math.sqrt(own) : 0;
        }
        return found;
    }

    private double[] targets(Sample sample) {
        double[] targets = new double[heads.stream().mapToInt(Head::width).sum()];
        int at = 0;
        for (Head head : heads) {
            head.put(sample.truth(head), targets, at);
            at += head.width();
        }
        return targets;
    }
}
