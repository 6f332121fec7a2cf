package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What trains a {@link PageEncoder} and is left behind when it is frozen: linear heads for annotated factors on the pooled
 * vector, a projection for contrast, and a small picture drawn from the tokens.
 */
public final class EncoderHeads implements AutoCloseable {

    /** Width of the projection for contrast. */
    public static final int PROJECTION = 128;

    private final int grid;
    private final Weights weights;
    private final SortedMap<String, Linear> categories = new TreeMap<>();
    private final Linear quantities;
    private final Perceptron projection;
    private final Perceptron picture;
    private final int block;

    /**
     * Draws the weights from the seed.
     *
     * @param encoder the encoder's configuration
     * @param categories number of classes by category factor; may be empty
     * @param quantities number of quantity factors; may be 0
     * @param pictureSide side of the small picture; a multiple of the tokens' grid
     * @param manager what closes the weights at the latest
     * @param seed what the first values are drawn from
     */
    public EncoderHeads(
            PageEncoderConfig encoder,
            Map<String, Integer> categories,
            int quantities,
            int pictureSide,
            NDManager manager,
            long seed) {
        this.grid = encoder.grid();
        if (pictureSide < grid || pictureSide % grid != 0) {
            throw new IllegalArgumentException(
                    "pictureSide must be a multiple of the tokens' grid " + grid + ", but is " + pictureSide);
        }
        this.block = pictureSide / grid;
        this.weights = new Weights(manager, seed);
        Scope scope = Scope.of(weights);
        int pooled = encoder.pooledWidth();
        new TreeMap<>(categories)
                .forEach((name, classes) ->
                        this.categories.put(name, new Linear(scope.in("categories." + name), pooled, classes)));
        this.quantities = quantities == 0 ? null : new Linear(scope.in("quantities"), pooled, quantities);
        this.projection = new Perceptron(scope.in("projection"), pooled, pooled, PROJECTION);
        this.picture = new Perceptron(scope.in("picture"), encoder.width(), 256, 3 * block * block);
    }

    /** The heads' trainable arrays. */
    public Weights weights() {
        return weights;
    }

    /** Logits [n, classes] by category factor. */
    public Map<String, NDArray> categories(NDArray pooled) {
        Map<String, NDArray> logits = new LinkedHashMap<>();
        categories.forEach((name, head) -> logits.put(name, head.forward(pooled)));
        return logits;
    }

    /**
     * Quantities [n, count].
     *
     * @throws IllegalStateException if the heads were made without
     */
    public NDArray quantities(NDArray pooled) {
        if (quantities == null) {
            throw new IllegalStateException("These heads were made without quantities");
        }
        return quantities.forward(pooled);
    }

    /** Projection [n, {@value #PROJECTION}], of length 1 a row, for contrast (SimCLR, Chen et al. 2020). */
    public NDArray project(NDArray pooled) {
        NDArray projected = projection.forward(pooled);
        NDArray length = projected.square().sum(new int[] {1}, true).add(1e-12f).sqrt();
        return projected.div(length);
    }

    /** Pictures [n, 3, side, side], from tokens [n, T, D]; every token draws its own block. */
    public NDArray draw(NDArray tokens) {
        return Rearrangement.depthToSpace(Rearrangement.toMap(picture.forward(tokens), grid), block);
    }

    @Override
    public void close() {
        weights.close();
    }
}
