package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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

    GroupNorm(int channels, int groups) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(channels + " channels cannot be split into " + groups + " groups");
        }
        this.channels = channels;
        this.groups = groups;
    }

    NDArray forward(NDArray x) {
        NDManager step = x.getManager();
        Shape shape = x.getShape();
        Shape group = new Shape(shape.size() / shape.get(0) / groups);
        return ai.djl.nn.norm.LayerNorm.layerNorm(
                        x.reshape(shape.get(0), groups, group.size()),
                        group,
                        step.ones(group),
                        step.zeros(group),
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
