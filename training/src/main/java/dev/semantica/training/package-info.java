/** Training of the frozen encoder, the autoencoder and the denoiser. */
package dev.semantica.training;
