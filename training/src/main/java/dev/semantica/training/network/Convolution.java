package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/** A convolution of [n, in, h, w] by 1×1 or 3×3, which keeps the sides or, with stride 2, halves them. */
final class Convolution {

    private static final Shape NO_DILATION = new Shape(1, 1);

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
        return Conv2d.conv2d(
                        x,
                        weight.array(),
                        bias.array(),
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        NO_DILATION)
                .singletonOrThrow();
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
