package dev.semantica.evaluation.metric;

/** A metric is undefined for so few images; the message says how many it takes. */
public final class TooFewImagesException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    TooFewImagesException(String metric, int needed, int found) {
        super(metric + " needs at least " + needed + " images in each set, found " + found);
    }

    static void require(String metric, int needed, FeatureMatrix... sets) {
        for (FeatureMatrix set : sets) {
            if (set.rows() < needed) {
                throw new TooFewImagesException(metric, needed, set.rows());
            }
        }
    }
}
