package dev.semantica.evaluation.factor;

import dev.semantica.pages.factor.FactorValue;
import dev.semantica.pages.factor.Factors;

/**
 * An annotated image as probes see it.
 *
 * @param page what its page fixes
 * @param image what it varies
 * @param features all of one length
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Sample(Factors page, Factors image, float[] features) {

    /** What the annotation says. */
    FactorValue truth(Head head) {
        return (head.ofPage() ? page : image).values().get(head.factor());
    }
}
