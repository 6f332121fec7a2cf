package dev.semantica.training.objective;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * How a denoiser learns by what the frozen encoder sees in what it would draw: the sample that a velocity stands for is
 * drawn and compared with the target's picture by {@link Perception}, where little noise has left enough to draw (as the
 * latent perceptual loss of Berrada et al. 2024, arXiv 2411.04873, with an encoder of pictures for the decoder's features).
 *
 * @param weight of the distance; 0: not asked
 * @param until latest time at which it is asked, above 0 and up to 1
 * @param pairs of a step at most that are drawn; the others of these times are passed over
 */
public record DenoiserPerception(double weight, double until, int pairs) {

    /** Not asked. */
    public static final DenoiserPerception NONE = new DenoiserPerception(0, 0.5, 16);

    /** Whether anything is drawn. */
    public boolean asked() {
        return weight > 0;
    }

    /**
     * Of rows whose times rise, some of those that are not too late, evenly, from a random one on; null: all are.
     *
     * @param time of every row
     */
    Looked looked(float[] time, Random random) {
        int end = 0;
        while (end < time.length && time[end] <= until) {
            end++;
        }
        if (end == 0) {
            return null;
        }
        int stride = (end + pairs - 1) / pairs;
        return new Looked(random.nextInt(stride), end, stride);
    }

    /** Rows of a step that are drawn and looked at: every stride-th from the first to before the end. */
    record Looked(int first, int end, int stride) {

        /** As an index of arrays. */
        String rows() {
            return first + ":" + end + ":" + stride;
        }

        /** These of all rows. */
        int[] of(int[] all) {
            return IntStream.iterate(first, row -> row < end, row -> row + stride)
                    .map(row -> all[row])
                    .toArray();
        }
    }
}
