/** Pages of images for training: where they come from, a packed store of their pixels, and batches drawn from it. */
package dev.semantica.training.data;
