package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;

/**
 * What the denoiser makes of noisy samples.
 *
 * @param velocity v = αε − σx, of the sample's shape (Salimans and Ho 2022)
 * @param middle tokens [n, t, width] from the middle of the transformer, for auxiliary losses
 */
public record Prediction(NDArray velocity, NDArray middle) {}
