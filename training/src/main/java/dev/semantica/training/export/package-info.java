/** Export of trained networks as a bundle, every graph compared with the network that it was written from. */
package dev.semantica.training.export;
