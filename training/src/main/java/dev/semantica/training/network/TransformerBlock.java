package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.List;

/**
 * Self-attention, cross-attention to a context if there is one, and a perceptron, each on a normalised input and added to
 * the tokens [n, t, width]. With a condition the first and the last are modulated and gated, so that the block starts as
 * the identity.
 */
final class TransformerBlock {

    private final Modulation modulation;
    private final LayerNorm norm;
    private final Attention attention;
    private final LayerNorm crossNorm;
    private final Attention cross;
    private final LayerNorm lastNorm;
    private final Perceptron perceptron;

    /** One without condition or context. */
    static TransformerBlock plain(Scope scope, int width, int heads, int hidden) {
        return new TransformerBlock(scope, width, heads, hidden, null, null);
    }

    /** One with a condition; cross is null for none. */
    static TransformerBlock modulated(Scope scope, int width, int heads, int hidden, int condition, Attention cross) {
        return new TransformerBlock(
                scope, width, heads, hidden, new Modulation(scope.in("modulation"), condition, width, 6), cross);
    }

    private TransformerBlock(Scope scope, int width, int heads, int hidden, Modulation modulation, Attention cross) {
        this.modulation = modulation;
        this.norm = norm(scope.in("norm"), width);
        this.attention = Attention.self(scope.in("attention"), width, heads);
        this.cross = cross;
        this.crossNorm = cross == null ? null : LayerNorm.learned(scope.in("crossNorm"), width);
        this.lastNorm = norm(scope.in("lastNorm"), width);
        this.perceptron = new Perceptron(scope.in("perceptron"), width, hidden, width);
    }

    /** The modulation scales and shifts, so a modulated norm learns nothing of its own. */
    private LayerNorm norm(Scope scope, int width) {
        return modulation == null ? LayerNorm.learned(scope, width) : LayerNorm.plain(scope, width);
    }

    NDArray forward(NDArray x) {
        NDArray attended = x.add(attend(norm.forward(x)));
        return attended.add(perceptron.forward(lastNorm.forward(attended)));
    }

    NDArray forward(NDArray x, NDArray condition, NDArray context) {
        NDList parts = modulation.forTokens(condition);
        NDArray normal = Modulation.apply(norm.forward(x), parts.get(0), parts.get(1));
        NDArray sum = x.add(attend(normal).mul(parts.get(2)));
        if (cross != null) {
            sum = sum.add(cross.forward(crossNorm.forward(sum), context));
        }
        NDArray last = Modulation.apply(lastNorm.forward(sum), parts.get(3), parts.get(4));
        return sum.add(perceptron.forward(last).mul(parts.get(5)));
    }

    Value write(GraphBuilder graph, Value x) {
        Value attended = attend(graph, norm.write(graph, x));
        List<Value> skip = lastNorm.writeSkip(graph, x, attended);
        return graph.node("Add", skip.get(1), perceptron.write(graph, skip.get(0)))
                .output();
    }

    Value write(GraphBuilder graph, Value x, Value condition, Value context) {
        List<Value> parts = modulation.writeForTokens(graph, condition);
        Value normal = Modulation.write(graph, norm.write(graph, x), parts.get(0), parts.get(1));
        Value branch = graph.node("Mul", attend(graph, normal), parts.get(2)).output();
        Value sum = x;
        if (cross != null) {
            List<Value> skip = crossNorm.writeSkip(graph, sum, branch);
            sum = skip.get(1);
            branch = cross.write(graph, skip.get(0), context);
        }
        List<Value> skip = lastNorm.writeSkip(graph, sum, branch);
        Value last = Modulation.write(graph, skip.get(0), parts.get(3), parts.get(4));
        Value gated =
                graph.node("Mul", perceptron.write(graph, last), parts.get(5)).output();
        return graph.node("Add", skip.get(1), gated).output();
    }

    private NDArray attend(NDArray normal) {
        return attention.forward(normal, normal);
    }

    private Value attend(GraphBuilder graph, Value normal) {
        return attention.write(graph, normal, normal);
    }
}
