package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;

/**
 * y = W x + b over the last dimension.
 *
 * <p>PyTorch leaves products of matrices to MKL and convolutions to oneDNN. On processors of other makers than Intel, MKL
 * does without AVX-512 and oneDNN does not. So many rows are convolved by 1×1 on a CPU, which is the same sum.
 */
final class Linear {

    /** Name of the matrix below the layer's own; a graph holds it transposed. */
    static final String WEIGHT = "weight";

    /** Below, starting a convolution costs more than it saves. */
    private static final int MANY_ROWS = 1024;

    /** Fewer images than that are kept from oneDNN by PyTorch where it has one thread. */
    private static final int IMAGES = 16;

    private static final Shape EACH = new Shape(1, 1);
    private static final Shape NO_PADDING = new Shape(0, 0);

    private final int out;
    private final Parameter weight;
    private final Parameter bias;

    Linear(Scope scope, int in, int out) {
        this(scope, in, out, Initialisation.xavier(in, out));
    }

    private Linear(Scope scope, int in, int out, Initialisation initialisation) {
        this.out = out;
        this.weight = scope.create(WEIGHT, initialisation, out, in);
        this.bias = scope.create("bias", Initialisation.constant(0), out);
    }

    /** One that gives zeros until it is trained, so that a residual branch starts as the identity. */
    static Linear zero(Scope scope, int in, int out) {
        return new Linear(scope, in, out, Initialisation.constant(0));
    }

    NDArray forward(NDArray x) {
        Shape shape = x.getShape();
        // Over a matrix PyTorch multiplies and adds the bias in one go; over more dimensions it does not.
        NDArray rows = shape.dimension() == 2 ? x : x.reshape(-1, shape.get(shape.dimension() - 1));
        NDArray y = convolves(rows)
                ? convolved(rows)
                : ai.djl.nn.core.Linear.linear(rows, weight.array(), bias.array())
                        .singletonOrThrow();
        return shape.dimension() == 2
                ? y
                : y.reshape(shape.slice(0, shape.dimension() - 1).add(out));
    }

    private boolean convolves(NDArray rows) {
        return !rows.getDevice().isGpu()
                && rows.getShape().get(0) >= MANY_ROWS
                && rows.getShape().get(0) % IMAGES == 0
                && rows.getShape().get(1) % Convolution.BLOCK == 0
                && out % Convolution.BLOCK == 0;
    }

    /** The rows lie as images of one line whose channels are innermost, so nothing is copied there or back. */
    private NDArray convolved(NDArray rows) {
        long n = rows.getShape().get(0);
        long in = rows.getShape().get(1);
        NDArray kernel = weight.array().reshape(out, in, 1, 1);
        // What is made of weights alone would stay with them.
        kernel.attach(rows.getManager());
        return Conv2d.conv2d(
                        rows.reshape(IMAGES, 1, n / IMAGES, in).transpose(0, 3, 1, 2),
                        kernel,
                        bias.array(),
                        EACH,
                        NO_PADDING,
                        EACH)
                .singletonOrThrow()
                .transpose(0, 2, 3, 1)
                .reshape(n, out);
    }

    Value write(GraphBuilder graph, Value x) {
        return graph.node("Add", writeProduct(graph, x), bias.write(graph)).output();
    }

    /** Writes GELU(W x + b), bias and activation in one node. */
    Value writeGelu(GraphBuilder graph, Value x) {
        return graph.microsoft("BiasGelu", writeProduct(graph, x), bias.write(graph))
                .output();
    }

    private Value writeProduct(GraphBuilder graph, Value x) {
        return graph.node("MatMul", x, weight.writeTransposed(graph)).output();
    }
}
