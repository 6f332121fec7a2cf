package dev.semantica.sampler.image;

/** An image was refused; its message says what was expected and what was found. */
public final class ImageRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why an image was refused. */
    public enum Reason {
        /** It has no bytes, is of no known format or variant, is cut off or damaged. */
        UNREADABLE,
        /** It is over a limit on bytes, pixels, memory or time. */
        TOO_LARGE
    }

    private final Reason reason;

    ImageRejectedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    ImageRejectedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static ImageRejectedException truncated(String message) {
        return new ImageRejectedException(Reason.UNREADABLE, message);
    }

    static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(Reason.UNREADABLE, message);
    }

    static ImageRejectedException unsupported(String message) {
        return new ImageRejectedException(Reason.UNREADABLE, message);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
