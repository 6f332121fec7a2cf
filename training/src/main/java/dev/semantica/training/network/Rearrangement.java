package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** Moves between space and channels, and between feature maps and tokens; nothing is computed. */
final class Rearrangement {

    private Rearrangement() {}

    /** [n, c, h, w] → [n, c·size², h/size, w/size], in ONNX's order of channels. */
    static NDArray spaceToDepth(NDArray x, int size) {
        if (size == 1) {
            return x;
        }
        Shape shape = x.getShape();
        long height = shape.get(2) / size;
        long width = shape.get(3) / size;
        return x.reshape(shape.get(0), shape.get(1), height, size, width, size)
                .transpose(0, 3, 5, 1, 2, 4)
                .reshape(shape.get(0), shape.get(1) * size * size, height, width);
    }

    static Value spaceToDepth(GraphBuilder graph, Value x, int size) {
        return size == 1
                ? x
                : graph.node("SpaceToDepth", x).set("blocksize", size).output();
    }

    /** [n, c·size², h, w] → [n, c, h·size, w·size]; undoes {@link #spaceToDepth}. */
    static NDArray depthToSpace(NDArray x, int size) {
        if (size == 1) {
            return x;
        }
        Shape shape = x.getShape();
        long channels = shape.get(1) / size / size;
        return x.reshape(shape.get(0), size, size, channels, shape.get(2), shape.get(3))
                .transpose(0, 3, 4, 1, 5, 2)
                .reshape(shape.get(0), channels, shape.get(2) * size, shape.get(3) * size);
    }

    static Value depthToSpace(GraphBuilder graph, Value x, int size) {
        return size == 1
                ? x
                : graph.node("DepthToSpace", x)
                        .set("blocksize", size)
                        .set("mode", "DCR")
                        .output();
    }

    /** [n, c, h, w] → [n, h·w, c]. */
    static NDArray toTokens(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3))
                .transpose(0, 2, 1);
    }

    static Value toTokens(GraphBuilder graph, Value x) {
        Value flat = graph.node("Reshape", x, graph.longs(0, 0, -1)).output();
        return graph.node("Transpose", flat).setList("perm", 0, 2, 1).output();
    }

    /** [n, side², c] → [n, c, side, side]. */
    static NDArray toMap(NDArray x, int side) {
        Shape shape = x.getShape();
        return x.transpose(0, 2, 1).reshape(shape.get(0), shape.get(2), side, side);
    }

    static Value toMap(GraphBuilder graph, Value x, int side) {
        Value turned = graph.node("Transpose", x).setList("perm", 0, 2, 1).output();
        return graph.node("Reshape", turned, graph.longs(0, 0, side, side)).output();
    }
}
