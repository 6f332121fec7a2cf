package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** y = W x + b over the last dimension. */
final class Linear {

    /** Name of the matrix below the layer's own; a graph holds it transposed. */
    static final String WEIGHT = "weight";

    private final int out;
    private final Parameter weight;
    private final Parameter bias;

    Linear(Scope scope, int in, int out) {
        this(scope, in, out, Initialisation.xavier(in, out));
    }

    private Linear(Scope scope, int in, int out, Initialisation initialisation) {
        this.out = out;
        this.weight = scope.create(WEIGHT, initialisation, out, in);
        this.bias = scope.create("bias", Initialisation.constant(0), out);
    }

    /** One that gives zeros until it is trained, so that a residual branch starts as the identity. */
    static Linear zero(Scope scope, int in, int out) {
        return new Linear(scope, in, out, Initialisation.constant(0));
    }

    NDArray forward(NDArray x) {
        Shape shape = x.getShape();
        // Over a matrix PyTorch multiplies and adds the bias in one go; over more dimensions it does not.
        NDArray rows = shape.dimension() == 2 ? x : x.reshape(-1, shape.get(shape.dimension() - 1));
        NDArray y =
                ai.djl.nn.core.Linear.linear(rows, weight.array(), bias.array()).singletonOrThrow();
        return shape.dimension() == 2
                ? y
                : y.reshape(shape.slice(0, shape.dimension() - 1).add(out));
    }

    Value write(GraphBuilder graph, Value x) {
        return graph.node("Add", writeProduct(graph, x), bias.write(graph)).output();
    }

    /** Writes GELU(W x + b), bias and activation in one node. */
    Value writeGelu(GraphBuilder graph, Value x) {
        return graph.microsoft("BiasGelu", writeProduct(graph, x), bias.write(graph))
                .output();
    }

    private Value writeProduct(GraphBuilder graph, Value x) {
        return graph.node("MatMul", x, weight.writeTransposed(graph)).output();
    }
}
