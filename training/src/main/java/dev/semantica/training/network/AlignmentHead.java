package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Maps the denoiser's middle tokens to the frozen encoder's, for an auxiliary loss that aligns them (REPA, Yu et al.
 * 2024). Left behind at export.
 */
public final class AlignmentHead implements AutoCloseable {

    private final int side;
    private final int grid;
    private final Weights weights;
    private final Perceptron perceptron;

    /**
     * Draws the weights from the seed.
     *
     * @param denoiser the denoiser's configuration, whose tokens must be a square that divides its middle
     */
    public AlignmentHead(ImageDenoiserConfig denoiser, NDManager manager, long seed) {
        this.side = denoiser.grid() / 2;
        this.grid = grid(denoiser);
        this.weights = new Weights(manager, seed);
        this.perceptron = new Perceptron(Scope.of(weights), denoiser.width(), denoiser.width(), denoiser.tokenWidth());
    }

    /**
     * Tokens a side.
     *
     * @throws IllegalArgumentException if the tokens form no square that divides the denoiser's middle
     */
    public static int grid(ImageDenoiserConfig denoiser) {
        int side = denoiser.grid() / 2;
        int grid = (int) Math.round(Math.sqrt(denoiser.tokens()));
        if (grid * grid != denoiser.tokens() || side % grid != 0) {
            throw new IllegalArgumentException(
                    "The denoiser's middle of " + side + "×" + side + " cannot be aligned with " + denoiser.tokens()
                            + " tokens; they must form a square that divides it");
        }
        return grid;
    }

    /** The head's trainable arrays. */
    public Weights weights() {
        return weights;
    }

    /** [n, t, width] → [n, T, D]: the mean over each of the encoder's cells, mapped. */
    public NDArray forward(NDArray middle) {
        Shape shape = middle.getShape();
        int cell = side / grid;
        NDArray pooled = middle.reshape(shape.get(0), grid, cell, grid, cell, shape.get(2))
                .mean(new int[] {4})
                .mean(new int[] {2})
                .reshape(shape.get(0), (long) grid * grid, shape.get(2));
        return perceptron.forward(pooled);
    }

    @Override
    public void close() {
        weights.close();
    }
}
