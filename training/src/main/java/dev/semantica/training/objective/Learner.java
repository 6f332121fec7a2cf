package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.sampler.image.RgbImage;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A network that learns: what is minimised, and how it is judged. What a step computes depends on its number alone. */
public interface Learner {

    /** Everything that is trained, by name. */
    SortedMap<String, NDArray> weights();

    /** Samples (images or pairs) of a step. */
    int samples();

    /**
     * The loss of a step, to be differentiated.
     *
     * @param manager what everything belongs to that is computed on the way
     * @param step number of the step, from 0
     * @return a scalar
     */
    NDArray loss(NDManager manager, long step);

    /**
     * Judges weights on pages that training never sees, the same at every call.
     *
     * @param averages values for all of {@link #weights()}
     * @return figures by name; the first is the loss
     */
    Map<String, Double> validate(NDManager manager, Map<String, NDArray> averages);

    /** Draws what the weights of the last {@link #validate} make of validation pages; empty where nothing is drawn. */
    Optional<RgbImage> sheet(NDManager manager);
}
