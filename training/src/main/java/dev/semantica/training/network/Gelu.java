package dev.semantica.training.network;

import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** GELU in its erf form (Hendrycks and Gimpel 2016), which PyTorch computes too. */
final class Gelu {

    private Gelu() {}

    static Value write(GraphBuilder graph, Value x) {
        return graph.microsoft("Gelu", x).output();
    }
}
