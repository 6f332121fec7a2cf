/** The samplers' work queue. */
package dev.semantica.sampler.queue;
