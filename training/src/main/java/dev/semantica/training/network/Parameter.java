package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.Arrays;

/** A trainable array and its name, which the exported graph keeps. */
record Parameter(String name, NDArray array) {

    Value write(GraphBuilder graph) {
        return graph.floats(name, array.getShape().getShape(), array.toFloatArray());
    }

    /** Writes rows from (inclusive) to (exclusive) of a matrix, transposed, as ONNX multiplies from the right. */
    Value writeTransposed(GraphBuilder graph, int from, int to) {
        int in = (int) array.getShape().get(1);
        int rows = to - from;
        float[] values = array.toFloatArray();
        float[] transposed = new float[rows * in];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < in; column++) {
                transposed[column * rows + row] = values[(from + row) * in + column];
            }
        }
        return graph.floats(part(from, to), new long[] {in, rows}, transposed);
    }

    /** Writes elements from (inclusive) to (exclusive) of a vector. */
    Value write(GraphBuilder graph, int from, int to) {
        return graph.floats(part(from, to), new long[] {to - from}, Arrays.copyOfRange(array.toFloatArray(), from, to));
    }

    private String part(int from, int to) {
        return from == 0 && to == array.getShape().get(0) ? name : name + "." + from;
    }
}
