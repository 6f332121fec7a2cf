/** Images from hostile bytes to tensors and back to files with provenance. */
package dev.semantica.sampler.image;
