package dev.semantica.streams;

import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import dev.semantica.streams.state.LedgerEntry;

/** What the processors of a partition of images emit, each to a topic of its own. */
sealed interface Emission {

    /** To the samplers. */
    record Batch(SamplerBatch value) implements Emission {}

    /** A variation. */
    record Made(Variation value) implements Emission {}

    /** A failure. */
    record Failed(VariationFailure value) implements Emission {}

    /** To the ledger. */
    record Booked(LedgerEntry value) implements Emission {}
}
