package dev.semantica.sampler.queue;

import org.apache.kafka.clients.consumer.KafkaShareConsumer;

/**
 * A share consumer and what its own metrics tell. It belongs to one thread; others may wake it up and read the metrics.
 *
 * @param acknowledgementsSent how many acknowledgements it has sent so far
 */
record LaneConsumer(
        KafkaShareConsumer<byte[], byte[]> consumer, Heartbeats heartbeats, ClientMetric acknowledgementsSent) {

    /**
     * Finds the metrics of a consumer that was just made.
     *
     * @throws IllegalStateException if this version of the client has not all of them
     */
    static LaneConsumer of(KafkaShareConsumer<byte[], byte[]> consumer) {
        return new LaneConsumer(
                consumer,
                new Heartbeats(consumer.metrics(), System::nanoTime),
                new ClientMetric(consumer.metrics(), "acknowledgements-send-total"));
    }
}
