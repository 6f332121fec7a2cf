package dev.semantica.sampler.worker;

import dev.semantica.schemas.RegistryWait;

/**
 * What of a worker waits for the schema registry.
 *
 * @param batches the reading of batches
 * @param results the writing of results
 * @param requests the following of requests
 */
record RegistryWaits(RegistryWait batches, RegistryWait results, RegistryWait requests) {

    /** Waits with the usual pauses. */
    RegistryWaits() {
        this(new RegistryWait(), new RegistryWait(), new RegistryWait());
    }

    /** How many threads wait now. */
    int waiting() {
        return batches.waiting() + results.waiting() + requests.waiting();
    }
}
