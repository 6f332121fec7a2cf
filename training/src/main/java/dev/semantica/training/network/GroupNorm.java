package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.Arrays;

/**
 * Group normalisation of [n, channels, side, side] (Wu and He 2018) without scale and shift. PyTorch's binding has no
 * group norm; over the values of a group it is a layer norm, which it has in one piece.
 */
final class GroupNorm {

    private final int channels;
    private final int groups;
    private final NDArray ones;
    private final NDArray zeros;

    /**
     * For maps of one side at most.
     *
     * @param side the largest
     */
    GroupNorm(Weights weights, int channels, int groups, int side) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(channels + " channels cannot be split into " + groups + " groups");
        }
        this.channels = channels;
        this.groups = groups;
        long size = (long) channels / groups * side * side;
        this.ones = weights.constant(1, size);
        this.zeros = weights.constant(0, size);
    }

    NDArray forward(NDArray x) {
        Shape shape = x.getShape();
        long size = shape.size() / shape.get(0) / groups;
        boolean whole = size == ones.size();
        return ai.djl.nn.norm.LayerNorm.layerNorm(
                        x.reshape(shape.get(0), groups, size),
                        new Shape(size),
                        whole ? ones : ones.get(":" + size),
                        whole ? zeros : zeros.get(":" + size),
                        LayerNorm.EPSILON)
                .singletonOrThrow()
                .reshape(shape);
    }

    Value write(GraphBuilder graph, Value x, int side) {
        float[] one = new float[groups];
        Arrays.fill(one, 1);
        Value scale = graph.floats("ones." + groups, new long[] {groups}, one);
        Value shift = graph.floats("zeros." + groups, new long[] {groups}, new float[groups]);
        Value grouped = graph.node("Reshape", x, graph.longs(0, groups, -1)).output();
        Value normal = graph.node("InstanceNormalization", grouped, scale, shift)
                .set("epsilon", LayerNorm.EPSILON)
                .output();
        return graph.node("Reshape", normal, graph.longs(0, channels, side, side))
                .output();
    }
}
