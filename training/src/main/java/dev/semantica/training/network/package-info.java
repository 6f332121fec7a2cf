/**
 * The networks: the page encoder, the autoencoder and the denoiser, over arrays of DJL. Every layer is one small class
 * that knows both its forward pass and how it is written as ONNX, so that the two cannot drift apart unseen.
 *
 * <p>Memory: what a forward pass computes belongs to the manager of its first input, never to the weights' manager. A
 * training step therefore makes a sub-manager, attaches its batch to it, and closes it after the step; nothing of the
 * step is left then but the weights and their gradients, which {@link dev.semantica.training.network.Weights#clearGradients}
 * sets to zero: DJL does not.
 */
package dev.semantica.training.network;
