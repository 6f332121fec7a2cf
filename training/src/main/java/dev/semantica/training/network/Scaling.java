package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;

/**
 * Products with a number, for values that a gradient flows through.
 *
 * <p>{@link NDArray#mul(Number)} and {@link NDArray#div(Number)} must not stand there: they wrap the number in an array
 * whose memory is Java's, close that array at once, and PyTorch's graph goes on pointing at it. When the garbage collector
 * frees it before the backward pass, the gradient is multiplied by whatever lies there then.
 */
public final class Scaling {

    private Scaling() {}

    /** x · factor; the factor lives as long as the manager of x. */
    public static NDArray by(double factor, NDArray x) {
        return x.mul(x.getManager().create((float) factor));
    }
}
