package dev.semantica.evaluation.feature;

import java.util.Locale;

/** Which vector of an encoder's output is the feature vector. */
public enum Pooling {
    /** The one that the encoder itself pools: an embedding, or a bundle's similarity tensor. */
    POOLED,
    /** The first token, which is the class token of encoders that have one. */
    CLS,
    /** The mean over all tokens, a class token among them; over all places of a map. */
    MEAN,
    /** All tokens one after another, or all places of a map: where things are stays known. */
    TOKENS;

    /** What the command calls it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
