/**
 * The work queue of the samplers: {@link dev.semantica.sampler.queue.BatchQueue} is the port,
 * {@link dev.semantica.sampler.queue.ShareGroupBatchQueue} its implementation on a Kafka share group and
 * {@link dev.semantica.sampler.queue.ConsumerGroupBatchQueue} that on a consumer group. The queue moves
 * raw bytes and knows nothing of what is in them.
 */
package dev.semantica.sampler.queue;
