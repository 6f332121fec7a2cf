package dev.semantica.sampler.queue;

/** Is told of deliveries that this worker held and that the group gave, or may give, to someone else. */
@FunctionalInterface
public interface LostDeliveryListener {
    /**
     * Called on a thread of the queue, at most once a delivery; must not block.
     *
     * <p>Where an outcome had been given, the group did not take note of it, or did so without saying. A worker that
     * is still busy with the record may stop, but still owes an outcome.
     *
     * @param reason what the group or the connection said
     */
    void lost(Delivery delivery, Throwable reason);
}
