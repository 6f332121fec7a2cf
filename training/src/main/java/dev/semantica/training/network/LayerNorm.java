package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.Arrays;
import java.util.List;

/** Layer normalisation over the last dimension (Ba et al. 2016), with learned scale and shift or with neither. */
final class LayerNorm {

    static final float EPSILON = 1e-5f;

    private final int width;
    private final Parameter scale;
    private final Parameter shift;
    private final NDArray ones;
    private final NDArray zeros;

    private LayerNorm(Weights weights, int width, Parameter scale, Parameter shift) {
        this.width = width;
        this.scale = scale;
        this.shift = shift;
        this.ones = weights.constant(1, width);
        this.zeros = weights.constant(0, width);
    }

    static LayerNorm plain(Scope scope, int width) {
        return new LayerNorm(scope.weights(), width, null, null);
    }

    static LayerNorm learned(Scope scope, int width) {
        return new LayerNorm(
                scope.weights(),
                width,
                scope.create("scale", Initialisation.constant(1), width),
                scope.create("shift", Initialisation.constant(0), width));
    }

    NDArray forward(NDArray x) {
        return ai.djl.nn.norm.LayerNorm.layerNorm(
                        x,
                        new Shape(width),
                        scale == null ? ones : scale.array(),
                        shift == null ? zeros : shift.array(),
                        EPSILON)
                .singletonOrThrow();
    }

    Value write(GraphBuilder graph, Value x) {
        return graph.node("LayerNormalization", x, writeScale(graph), writeShift(graph))
                .set("axis", -1)
                .set("epsilon", EPSILON)
                .output();
    }

    /** Writes the norm of x + branch; returns it and the sum. */
    List<Value> writeSkip(GraphBuilder graph, Value x, Value branch) {
        return graph.microsoft("SkipLayerNormalization", x, branch, writeScale(graph), writeShift(graph))
                .set("epsilon", EPSILON)
                .outputsAt(0, 3);
    }

    private Value writeScale(GraphBuilder graph) {
        return scale == null ? fill(graph, "ones.", 1) : scale.write(graph);
    }

    private Value writeShift(GraphBuilder graph) {
        return shift == null ? fill(graph, "zeros.", 0) : shift.write(graph);
    }

    private Value fill(GraphBuilder graph, String name, float value) {
        float[] values = new float[width];
        Arrays.fill(values, value);
        return graph.floats(name + width, new long[] {width}, values);
    }
}
