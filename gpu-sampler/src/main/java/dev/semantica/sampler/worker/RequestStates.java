package dev.semantica.sampler.worker;

/** What a worker knows of requests. */
interface RequestStates {

    /** Whether a request was cancelled. */
    boolean isCancelled(String requestId);
}
