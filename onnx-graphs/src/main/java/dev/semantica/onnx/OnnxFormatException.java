package dev.semantica.onnx;

import java.io.IOException;

/** A file is no ONNX model, or one that cannot be used here. */
public final class OnnxFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    OnnxFormatException(String message) {
        super(message);
    }

    OnnxFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
