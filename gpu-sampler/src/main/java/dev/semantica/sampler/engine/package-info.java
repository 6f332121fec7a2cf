/** Sampling as rows over a loaded bundle, whatever runs its graphs. */
package dev.semantica.sampler.engine;
