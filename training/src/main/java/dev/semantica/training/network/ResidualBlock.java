package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.List;

/**
 * x + convolution(GELU(convolution(norm(x)))) on [n, channels, side, side]; the norm's scale and shift are learned, or
 * come from a condition. Starts as the identity.
 */
final class ResidualBlock {

    private static final int GROUPS = 8;

    private final int side;
    private final Modulation modulation;
    private final GroupNorm norm;
    private final Parameter scale;
    private final Parameter shift;
    private final Convolution first;
    private final Convolution second;

    /** One without a condition. */
    static ResidualBlock plain(Scope scope, int channels, int side) {
        return new ResidualBlock(scope, channels, side, null);
    }

    /** One with a condition [n, condition]. */
    static ResidualBlock modulated(Scope scope, int channels, int side, int condition) {
        return new ResidualBlock(scope, channels, side, new Modulation(scope.in("modulation"), condition, channels, 2));
    }

    private ResidualBlock(Scope scope, int channels, int side, Modulation modulation) {
        this.side = side;
        this.modulation = modulation;
        this.norm = new GroupNorm(channels, GROUPS);
        boolean learned = modulation == null;
        this.scale = learned ? scope.create("scale", Initialisation.constant(0), 1, channels, 1, 1) : null;
        this.shift = learned ? scope.create("shift", Initialisation.constant(0), 1, channels, 1, 1) : null;
        this.first = new Convolution(scope.in("first"), channels, channels, 3, 1);
        this.second = Convolution.zero(scope.in("second"), channels, channels, 3);
    }

    NDArray forward(NDArray x) {
        return forward(x, scale.array(), shift.array());
    }

    NDArray forward(NDArray x, NDArray condition) {
        NDList parts = modulation.forMaps(condition);
        return forward(x, parts.get(0), parts.get(1));
    }

    private NDArray forward(NDArray x, NDArray scale, NDArray shift) {
        NDArray normal = Modulation.apply(norm.forward(x), scale, shift);
        return x.add(second.forward(Activation.gelu(first.forward(normal))));
    }

    Value write(GraphBuilder graph, Value x) {
        return write(graph, x, List.of(scale.write(graph), shift.write(graph)));
    }

    Value write(GraphBuilder graph, Value x, Value condition) {
        return write(graph, x, modulation.writeForMaps(graph, condition));
    }

    private Value write(GraphBuilder graph, Value x, List<Value> parts) {
        Value normal = Modulation.write(graph, norm.write(graph, x, side), parts.get(0), parts.get(1));
        Value hidden = Gelu.write(graph, first.write(graph, normal));
        return graph.node("Add", x, second.write(graph, hidden)).output();
    }
}
