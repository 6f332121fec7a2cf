package dev.semantica.sampler.queue;

/** The queue cannot be opened, or is broken for good; the message names the cause and the cure. */
public final class BatchQueueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BatchQueueException(String message, Throwable cause) {
        super(message, cause);
    }
}
