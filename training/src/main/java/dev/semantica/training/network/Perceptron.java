package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** Two linear layers with GELU (its erf form) between them, over the last dimension. */
final class Perceptron {

    private final Linear first;
    private final Linear second;

    Perceptron(Scope scope, int in, int hidden, int out) {
        this.first = new Linear(scope.in("first"), in, hidden);
        this.second = new Linear(scope.in("second"), hidden, out);
    }

    NDArray forward(NDArray x) {
        return second.forward(Activation.gelu(first.forward(x)));
    }

    Value write(GraphBuilder graph, Value x) {
        return second.write(graph, first.writeGelu(graph, x));
    }
}
