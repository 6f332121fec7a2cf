package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** Sines and cosines of a timestep in (0, 1), at frequencies from 1 to 1000 in geometric order. */
final class TimestepEmbedding {

    static final int WIDTH = 128;

    private static final double HIGHEST = 1000;

    private final float[] frequencies = new float[WIDTH / 2];
    private final NDArray constant;

    TimestepEmbedding(Weights weights) {
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) StrictMath.pow(HIGHEST, i / (frequencies.length - 1.0));
        }
        this.constant = weights.constant("frequencies", frequencies);
    }

    /** [n] → [n, WIDTH]. */
    NDArray forward(NDArray timestep) {
        NDArray angles = timestep.reshape(-1, 1).mul(constant);
        return NDArrays.concat(new NDList(angles.sin(), angles.cos()), 1);
    }

    Value write(GraphBuilder graph, Value timestep) {
        Value column = graph.node("Reshape", timestep, graph.longs(-1, 1)).output();
        Value values = graph.floats("frequencies", new long[] {frequencies.length}, frequencies);
        Value angles = graph.node("Mul", column, values).output();
        return graph.node(
                        "Concat",
                        graph.node("Sin", angles).output(),
                        graph.node("Cos", angles).output())
                .set("axis", 1)
                .output();
    }
}
