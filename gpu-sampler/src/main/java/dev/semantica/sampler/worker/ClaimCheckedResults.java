package dev.semantica.sampler.worker;

import dev.semantica.sampler.claim.ClaimCheck;
import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.SamplerResult;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletionStage;

/** Results whose large images go to a store first. */
final class ClaimCheckedResults implements Results {

    private final ClaimCheck claimCheck;
    private final Results results;

    ClaimCheckedResults(ClaimCheck claimCheck, Results results) {
        this.claimCheck = claimCheck;
        this.results = results;
    }

    @Override
    public SamplerResult checkIn(SamplerResult result) {
        return results.checkIn(claimCheck.apply(result));
    }

    @Override
    public CompletionStage<Void> publish(int partition, SamplerResult result, Context trace) {
        return results.publish(partition, result, trace);
    }

    @Override
    public CompletionStage<Void> deadLetter(Delivery delivery, RuntimeException reason) {
        return results.deadLetter(delivery, reason);
    }
}
