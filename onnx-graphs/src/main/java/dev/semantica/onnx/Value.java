package dev.semantica.onnx;

import java.util.Objects;

/**
 * A value in the graph: an input, an initialiser or what a node puts out.
 *
 * @param name its name in the graph; unique there
 */
public record Value(String name) {

    /** Stands for an optional input that a node is not given. */
    public static final Value NONE = new Value("");

    /** Refuses null. */
    public Value {
        Objects.requireNonNull(name, "name");
    }
}
