package dev.semantica.sampler.queue;

/** The queue cannot go on, or could not start; the message names the cause and the cure. */
public final class QueueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QueueException(String message, Throwable cause) {
        super(message, cause);
    }
}
