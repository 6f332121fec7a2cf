package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.List;

/**
 * Vectors of a width, made of the condition [n, in], that scale, shift and gate a layer: the adaptive norm of Peebles and
 * Xie 2023 (DiT). All are zero until trained.
 */
final class Modulation {

    private final int parts;
    private final int total;
    private final Linear linear;

    Modulation(Scope scope, int in, int width, int parts) {
        this.parts = parts;
        this.total = Math.multiplyExact(parts, width);
        this.linear = Linear.zero(scope, in, total);
    }

    /** For tokens: parts of shape [n, 1, width]. */
    NDList forTokens(NDArray condition) {
        return linear.forward(condition).reshape(-1, 1, total).split(parts, 2);
    }

    /** For feature maps: parts of shape [n, width, 1, 1]. */
    NDList forMaps(NDArray condition) {
        return linear.forward(condition).reshape(-1, total, 1, 1).split(parts, 1);
    }

    List<Value> writeForTokens(GraphBuilder graph, Value condition) {
        return write(graph, condition, 2, 0, 1, total);
    }

    List<Value> writeForMaps(GraphBuilder graph, Value condition) {
        return write(graph, condition, 1, 0, total, 1, 1);
    }

    private List<Value> write(GraphBuilder graph, Value condition, int axis, long... shape) {
        Value all = graph.node("Reshape", linear.write(graph, condition), graph.longs(shape))
                .output();
        return graph.node("Split", all)
                .set("axis", axis)
                .set("num_outputs", parts)
                .outputs(parts);
    }

    /** x · (1 + scale) + shift. */
    static NDArray apply(NDArray x, NDArray scale, NDArray shift) {
        NDArray factor = scale.add(1);
        // A scale may be a weight; what is made of weights alone would stay with them.
        factor.attach(x.getManager());
        return x.mul(factor).add(shift);
    }

    static Value write(GraphBuilder graph, Value x, Value scale, Value shift) {
        Value factor = graph.node("Add", scale, graph.scalar(1)).output();
        return graph.node("Add", graph.node("Mul", x, factor).output(), shift).output();
    }
}
