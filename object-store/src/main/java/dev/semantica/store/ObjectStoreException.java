package dev.semantica.store;

import java.io.IOException;

/** An object could not be had, written or deleted. The message names the object, the cause and the cure. */
public final class ObjectStoreException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Reason {
        /** The URI cannot name an object here, or the store is set up so that it can never answer. */
        INVALID,
        /** There is no such object or bucket. */
        NOT_FOUND,
        /** The store refuses, or the place is not one that may be read. */
        DENIED,
        /** The object is larger than may be read or written. */
        TOO_LARGE,
        /** The bytes are not those that were promised. */
        DIGEST_MISMATCH,
        /** The store does not answer, or says that it cannot just now. */
        UNAVAILABLE
    }

    private final Reason reason;
    private final boolean alone;

    private ObjectStoreException(Reason reason, boolean alone, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.alone = alone;
    }

    ObjectStoreException(Reason reason, String message, Throwable cause) {
        this(reason, false, message, cause);
    }

    ObjectStoreException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** The store answers, and says that it cannot give this object now; of other objects that says nothing. */
    static ObjectStoreException unavailableAlone(String message) {
        return new ObjectStoreException(Reason.UNAVAILABLE, true, message, null);
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }

    /** Whether the same call may succeed later. */
    public boolean retryable() {
        return reason == Reason.UNAVAILABLE;
    }

    /** Whether it tells of this object alone, and not of an outage of its store. */
    boolean alone() {
        return alone;
    }
}
