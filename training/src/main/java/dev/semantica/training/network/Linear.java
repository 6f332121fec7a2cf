package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** y = W x + b over the last dimension. */
final class Linear {

    private final int out;
    private final Parameter weight;
    private final Parameter bias;

    Linear(Scope scope, int in, int out) {
        this(scope, in, out, Initialisation.xavier(in, out));
    }

    private Linear(Scope scope, int in, int out, Initialisation initialisation) {
        this.out = out;
        this.weight = scope.create("weight", initialisation, out, in);
        this.bias = scope.create("bias", Initialisation.constant(0), out);
    }

    /** One that gives zeros until it is trained, so that a residual branch starts as the identity. */
    static Linear zero(Scope scope, int in, int out) {
        return new Linear(scope, in, out, Initialisation.constant(0));
    }

    NDArray forward(NDArray x) {
        return ai.djl.nn.core.Linear.linear(x, weight.array(), bias.array()).singletonOrThrow();
    }

    Value write(GraphBuilder graph, Value x) {
        return write(graph, x, 0, out);
    }

    /** Writes only the outputs from (inclusive) to (exclusive). */
    Value write(GraphBuilder graph, Value x, int from, int to) {
        return graph.node("Add", writeProduct(graph, x, from, to), bias.write(graph, from, to))
                .output();
    }

    /** Writes GELU(W x + b), bias and activation in one node. */
    Value writeGelu(GraphBuilder graph, Value x) {
        return graph.microsoft("BiasGelu", writeProduct(graph, x, 0, out), bias.write(graph))
                .output();
    }

    private Value writeProduct(GraphBuilder graph, Value x, int from, int to) {
        return graph.node("MatMul", x, weight.writeTransposed(graph, from, to)).output();
    }
}
