package dev.semantica.sampler.engine;

/** The runtime failed while it ran a graph. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says which graph failed, and how. */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
