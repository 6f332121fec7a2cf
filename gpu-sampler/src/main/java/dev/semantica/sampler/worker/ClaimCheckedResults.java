package dev.semantica.sampler.worker;

import dev.semantica.sampler.claim.ClaimCheck;
import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.SamplerResult;

/** Results whose large images go to a store first. */
final class ClaimCheckedResults implements Results {

    private final ClaimCheck claimCheck;
    private final Results results;

    ClaimCheckedResults(ClaimCheck claimCheck, Results results) {
        this.claimCheck = claimCheck;
        this.results = results;
    }

    @Override
    public void publish(int partition, SamplerResult result) {
        results.publish(partition, claimCheck.apply(result));
    }

    @Override
    public void deadLetter(Delivery delivery, RuntimeException reason) {
        results.deadLetter(delivery, reason);
    }

    @Override
    public void flush() throws UnpublishedException {
        results.flush();
    }
}
