package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;

/**
 * The condition: what an encoder makes of pictures.
 *
 * @param tokens [n, T, D]
 * @param pooled [n, P]
 */
public record Encoding(NDArray tokens, NDArray pooled) {}
