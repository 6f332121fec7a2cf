package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/**
 * A convolution of [n, in, h, w] by 1×1 or 3×3, which keeps the sides or, with stride 2, halves them.
 *
 * <p>PyTorch's CPU library works on blocks of 16 channels. Where the last block is not full, some processors leave what
 * memory held before in its rest, and count it: results and gradients are then wrong, mostly without ceasing to be
 * numbers. So blocks are filled up with zeros here.
 */
final class Convolution {

    private static final Shape NO_DILATION = new Shape(1, 1);

    /** Channels in a block of PyTorch's CPU library. */
    static final int BLOCK = 16;

    private final int kernel;
    private final int stride;
    private final Parameter weight;
    private final Parameter bias;

    Convolution(Scope scope, int in, int out, int kernel, int stride) {
        this(scope, in, out, kernel, stride, Initialisation.he((long) in * kernel * kernel));
    }

    private Convolution(Scope scope, int in, int out, int kernel, int stride, Initialisation initialisation) {
        this.kernel = kernel;
        this.stride = stride;
        this.weight = scope.create("weight", initialisation, out, in, kernel, kernel);
        this.bias = scope.create("bias", Initialisation.constant(0), out);
    }

    /** One that gives zeros until it is trained. */
    static Convolution zero(Scope scope, int in, int out, int kernel) {
        return new Convolution(scope, in, out, kernel, 1, Initialisation.constant(0));
    }

    NDArray forward(NDArray x) {
        int padding = kernel / 2;
        NDManager step = x.getManager();
        NDArray whole = Conv2d.conv2d(
                        filled(x, 1, step),
                        filled(filled(weight.array(), 0, step), 1, step),
                        filled(bias.array(), 0, step),
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        NO_DILATION)
                .singletonOrThrow();
        long out = bias.array().size();
        return out % BLOCK == 0 ? whole : whole.get(":,:" + out);
    }

    /** With zeros up to a whole number of blocks along an axis; what is new belongs to the manager. */
    private static NDArray filled(NDArray x, int axis, NDManager manager) {
        long over = x.getShape().get(axis) % BLOCK;
        if (over == 0) {
            return x;
        }
        long[] rest = x.getShape().getShape().clone();
        rest[axis] = BLOCK - over;
        NDArray whole = x.concat(manager.zeros(new Shape(rest)), axis);
        whole.attach(manager);
        return whole;
    }

    Value write(GraphBuilder graph, Value x) {
        int padding = kernel / 2;
        return graph.node("Conv", x, weight.write(graph), bias.write(graph))
                .setList("kernel_shape", kernel, kernel)
                .setList("strides", stride, stride)
                .setList("pads", padding, padding, padding, padding)
                .output();
    }
}
