package dev.semantica.sampler.queue;

import org.apache.kafka.common.header.Headers;

/**
 * A record that this worker holds. It must get exactly one outcome: {@link #complete}, {@link #release} or
 * {@link #reject}, from any thread. Until then it takes one of the queue's places in flight.
 *
 * <p>The first outcome counts; a second one throws {@link IllegalStateException}, unless the delivery was lost.
 */
public interface Delivery {
    String topic();

    int partition();

    long offset();

    /** The record's key, or null where it has none. Not a copy. */
    byte[] key();

    /** The record's value, or null where it has none. Not a copy. */
    byte[] value();

    Headers headers();

    /** How often the record has been delivered to anyone, this time included: 1 for the first delivery. */
    int deliveryCount();

    /**
     * Whether the record will never come again if this delivery is released or lost. The queue then drops it without
     * a trace, so whoever takes the last delivery must record a failure rather than give up.
     */
    boolean lastDelivery();

    /**
     * Whether the delivery was lost: another worker has the record or will get it. The outcome is still due, because
     * it frees the place in flight, but has no further effect.
     */
    boolean lost();

    /** The work is done and its results are durable: the record never comes again. */
    void complete();

    /** This worker cannot do it: another one, or this one again, may have the record at once. */
    void release();

    /** Nobody can do it: the record never comes again. */
    void reject();
}
