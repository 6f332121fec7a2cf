package dev.semantica.broker;

/** The node could not be started; the message names the cause and the cure. */
public final class EmbeddedBrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
