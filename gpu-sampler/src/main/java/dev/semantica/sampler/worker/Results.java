package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.SamplerResult;

/** Where results go. */
interface Results {

    /** Sends a result to a partition of sampler-results; it is durable after {@link #flush}. */
    void publish(int partition, SamplerResult result);

    /**
     * Sends a batch that cannot be worked on to the dead letters, as it came, with the headers of KIP-1034; durable after
     * {@link #flush}.
     */
    void deadLetter(Delivery delivery, RuntimeException reason);

    /**
     * Waits until all that was sent is durable.
     *
     * @throws UnpublishedException if something could not be
     */
    void flush() throws UnpublishedException;

    /** Results could not be made durable; the batch must be delivered again. */
    final class UnpublishedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnpublishedException(Throwable cause) {
            super("Results could not be published: " + cause.getMessage(), cause);
        }
    }
}
