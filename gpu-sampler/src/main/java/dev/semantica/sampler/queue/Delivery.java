package dev.semantica.sampler.queue;

import org.apache.kafka.common.header.Headers;

/** A batch in this worker's hands. Exactly one outcome must be given; from any thread. */
public interface Delivery {

    /** The record's key. */
    byte[] key();

    /** The record's value. */
    byte[] value();

    /** The record's headers. */
    Headers headers();

    /** Where the record lies: topic-partition@offset. */
    String position();

    /** Topic that it lies in. */
    String topic();

    /** Partition that it lies in. */
    int partition();

    /** Its offset. */
    long offset();

    /** How often it was delivered, this time included. */
    int deliveryCount();

    /** Whether it will not be delivered again, whatever the outcome. */
    boolean lastDelivery();

    /** It is done; its results are durable. */
    void complete();

    /** It is not done; someone else may have it. */
    void release();
}
