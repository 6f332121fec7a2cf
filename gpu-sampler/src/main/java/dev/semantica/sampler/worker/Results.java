package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.SamplerResult;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletionStage;

/** Where results go. May be used by several threads. */
interface Results {

    /** What is published in a result's place: itself, or what became of it when its image was put into a store. */
    default SamplerResult checkIn(SamplerResult result) {
        return result;
    }

    /**
     * Sends a result, checked in before, to a partition of sampler-results.
     *
     * @param trace of what made it, for its headers
     * @return done when the result is durable, or failed if it cannot be made so
     */
    CompletionStage<Void> publish(int partition, SamplerResult result, Context trace);

    /**
     * Sends a batch that cannot be worked on to the dead letters, as it came, with the headers of KIP-1034.
     *
     * @return as with {@link #publish}
     */
    CompletionStage<Void> deadLetter(Delivery delivery, RuntimeException reason);
}
