package dev.semantica.sampler.engine;

/** The runtime failed while it ran a graph. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean outOfMemory;

    /** Says which graph failed, and how. */
    public EngineException(String message, Throwable cause) {
        this(message, cause, false);
    }

    /** The same, and whether it failed for lack of memory, so that fewer rows may succeed. */
    public EngineException(String message, Throwable cause, boolean outOfMemory) {
        super(message, cause);
        this.outOfMemory = outOfMemory;
    }

    /** Whether fewer rows may succeed. */
    public boolean outOfMemory() {
        return outOfMemory;
    }
}
