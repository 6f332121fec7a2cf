package dev.semantica.broker;

/** The embedded broker could not start; the message names the cause and the cure. */
public final class EmbeddedBrokerException extends Exception {

    private static final long serialVersionUID = 1L;

    EmbeddedBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
