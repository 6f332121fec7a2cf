package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
    private final Linear keyValue;
    private final Linear out;

    /** Attention of tokens to themselves. */
    static Attention self(Scope scope, int width, int heads) {
        return new Attention(scope, width, heads, null, new Linear(scope.in("qkv"), width, 3 * width), width, false);
    }

    /** Attention of tokens to a context; gives zeros until it is trained. */
    static Attention cross(Scope scope, int width, int context, int inner, int heads) {
        return new Attention(
                scope,
                inner,
                heads,
                new Linear(scope.in("query"), width, inner),
                new Linear(scope.in("kv"), context, 2 * inner),
                width,
                true);
    }

    private Attention(
            Scope scope, int inner, int heads, Linear query, Linear keyValue, int width, boolean startsAtZero) {
        if (inner % heads != 0) {
            throw new IllegalArgumentException("A width of " + inner + " cannot be split into " + heads + " heads");
        }
        this.inner = inner;
        this.heads = heads;
        this.query = query;
        this.keyValue = keyValue;
        this.out =
                startsAtZero ? Linear.zero(scope.in("out"), inner, width) : new Linear(scope.in("out"), inner, width);
    }

    NDArray forward(NDArray x) {
        NDList parts = keyValue.forward(x).split(3, 2);
        return attend(parts.get(0), parts.get(1), parts.get(2));
    }

    NDArray forward(NDArray x, NDArray context) {
        NDList parts = keyValue.forward(context).split(2, 2);
        return attend(query.forward(x), parts.get(0), parts.get(1));
    }

    private NDArray attend(NDArray queries, NDArray keys, NDArray values) {
        Shape shape = queries.getShape();
        int size = inner / heads;
        NDArray q = queries.reshape(shape.get(0), shape.get(1), heads, size).transpose(0, 2, 1, 3);
        NDArray k =
                keys.reshape(shape.get(0), keys.getShape().get(1), heads, size).transpose(0, 2, 3, 1);
        NDArray v = values.reshape(shape.get(0), values.getShape().get(1), heads, size)
                .transpose(0, 2, 1, 3);
        NDArray weights = q.mul((float) (1 / Math.sqrt(size))).matMul(k).softmax(-1);
        return out.forward(weights.matMul(v).transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(1), inner));
    }

    Value write(GraphBuilder graph, Value x) {
        return write(
                graph,
                keyValue.write(graph, x, 0, inner),
                keyValue.write(graph, x, inner, 2 * inner),
                keyValue.write(graph, x, 2 * inner, 3 * inner));
    }

    Value write(GraphBuilder graph, Value x, Value context) {
        return write(
                graph,
                query.write(graph, x),
                keyValue.write(graph, context, 0, inner),
                keyValue.write(graph, context, inner, 2 * inner));
    }

    private Value write(GraphBuilder graph, Value queries, Value keys, Value values) {
        Value attended = graph.microsoft("MultiHeadAttention", queries, keys, values)
                .set("num_heads", heads)
                .output();
        return out.write(graph, attended);
    }
}
