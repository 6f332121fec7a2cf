package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/**
 * Attention with several heads (Vaswani et al. 2017): of tokens [n, t, width] to themselves, or to a context
 * [n, l, context].
 */
final class Attention {

    private final int inner;
    private final int heads;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;

    /** Attention of tokens to themselves. */
    static Attention self(Scope scope, int width, int heads) {
        return new Attention(scope, width, width, width, heads, new Linear(scope.in("out"), width, width));
    }

    /** Attention of tokens to a context; gives zeros until it is trained. */
    static Attention cross(Scope scope, int width, int context, int inner, int heads) {
        return new Attention(scope, width, context, inner, heads, Linear.zero(scope.in("out"), inner, width));
    }

    // Three matrices and not one: their gradients need no copying together, and each is orthogonalised for itself.
    private Attention(Scope scope, int width, int context, int inner, int heads, Linear out) {
        if (inner % heads != 0) {
            throw new IllegalArgumentException("A width of " + inner + " cannot be split into " + heads + " heads");
        }
        this.inner = inner;
        this.heads = heads;
        this.query = new Linear(scope.in("query"), width, inner);
        this.key = new Linear(scope.in("key"), context, inner);
        this.value = new Linear(scope.in("value"), context, inner);
        this.out = out;
    }

    NDArray forward(NDArray x, NDArray context) {
        return attend(query.forward(x), key.forward(context), value.forward(context));
    }

    private NDArray attend(NDArray queries, NDArray keys, NDArray values) {
        Shape shape = queries.getShape();
        int size = inner / heads;
        NDArray q = queries.reshape(shape.get(0), shape.get(1), heads, size).transpose(0, 2, 1, 3);
        NDArray k =
                keys.reshape(shape.get(0), keys.getShape().get(1), heads, size).transpose(0, 2, 3, 1);
        NDArray v = values.reshape(shape.get(0), values.getShape().get(1), heads, size)
                .transpose(0, 2, 1, 3);
        NDArray weights = Scaling.by(1 / Math.sqrt(size), q).matMul(k).softmax(-1);
        return out.forward(weights.matMul(v).transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(1), inner));
    }

    Value write(GraphBuilder graph, Value x, Value context) {
        Value attended = graph.microsoft(
                        "MultiHeadAttention",
                        query.write(graph, x),
                        key.write(graph, context),
                        value.write(graph, context))
                .set("num_heads", heads)
                .output();
        return out.write(graph, attended);
    }
}
