/** The worker: takes batches, samples them, publishes a result for every variation. */
package dev.semantica.sampler.worker;
