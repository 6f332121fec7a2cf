package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** A trainable array and its name, which the exported graph keeps. */
record Parameter(String name, NDArray array) {

    Value write(GraphBuilder graph) {
        return graph.floats(name, array.getShape().getShape(), array.toFloatArray());
    }

    /** Writes a matrix transposed, as ONNX multiplies from the right. */
    Value writeTransposed(GraphBuilder graph) {
        int rows = (int) array.getShape().get(0);
        int columns = (int) array.getShape().get(1);
        float[] values = array.toFloatArray();
        float[] transposed = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = values[row * columns + column];
            }
        }
        return graph.floats(name, new long[] {columns, rows}, transposed);
    }
}
