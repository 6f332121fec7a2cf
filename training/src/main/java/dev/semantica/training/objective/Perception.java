package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Scaling;
import java.util.List;

/**
 * How differently a frozen encoder sees two pictures: at every place of its maps, and at every token, the squared
 * distance of the two vectors, each of length 1; means over places, then over the maps and the tokens (Zhang et al. 2018,
 * equation 1, arXiv 1801.03924, without its learned weights). From 0 to 4.
 */
public final class Perception {

    /** Of a vector that is zero everywhere. */
    private static final double LEAST_LENGTH = 1e-6;

    private final PageEncoder encoder;

    /** By an encoder, which is frozen from now on. */
    public Perception(PageEncoder encoder) {
        this.encoder = encoder;
        encoder.weights().freeze();
    }

    /**
     * The distance, a scalar through which a gradient flows to what was made; the mean over all pictures.
     *
     * @param made [n, 3, side, side]
     * @param shown the same shape, of the same manager
     */
    NDArray distance(NDArray made, NDArray shown) {
        PageEncoder.Look one = encoder.look(made);
        PageEncoder.Look other = encoder.look(shown);
        NDArray sum = apart(one.encoding().tokens(), other.encoding().tokens(), 2);
        List<NDArray> maps = one.maps();
        for (int i = 0; i < maps.size(); i++) {
            sum = sum.add(apart(maps.get(i), other.maps().get(i), 1));
        }
        return Scaling.by(1.0 / (maps.size() + 1), sum);
    }

    private static NDArray apart(NDArray one, NDArray other, int axis) {
        return direction(one, axis)
                .sub(direction(other, axis))
                .square()
                .sum(new int[] {axis})
                .mean();
    }

    private static NDArray direction(NDArray vectors, int axis) {
        NDArray length = vectors.square()
                .sum(new int[] {axis}, true)
                .add(LEAST_LENGTH * LEAST_LENGTH)
                .sqrt();
        return vectors.div(length);
    }
}
