package dev.semantica.pages.factor;

import java.io.IOException;

/** An annotation that cannot be read: says where, what was expected and what was found. */
public final class AnnotationException extends IOException {

    private static final long serialVersionUID = 1L;

    AnnotationException(String message) {
        super(message);
    }

    AnnotationException(String message, Throwable cause) {
        super(message, cause);
    }
}
