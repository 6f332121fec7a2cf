/** Bundles: the graphs and the manifest that make a sampler run. */
package dev.semantica.sampler.bundle;
