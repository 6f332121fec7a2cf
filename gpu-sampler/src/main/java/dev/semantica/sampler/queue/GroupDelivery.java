package dev.semantica.sampler.queue;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/** A record that a {@link GroupPoller} handed out, and the worker's word on it. */
final class GroupDelivery implements Delivery {

    enum Outcome {
        COMPLETED,
        RELEASED,
        /** Released in the worker's place: nobody has seen it. */
        UNSEEN
    }

    private final ConsumerRecord<byte[], byte[]> record;
    private final int count;
    private final int limit;
    private final Consumer<GroupDelivery> settled;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();
    private volatile boolean lost;

    /** @param settled told once of the outcome, on the thread that gave it */
    GroupDelivery(ConsumerRecord<byte[], byte[]> record, int count, int limit, Consumer<GroupDelivery> settled) {
        this.record = record;
        this.count = count;
        this.limit = limit;
        this.settled = settled;
    }

    ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    TopicPartition topicPartition() {
        return new TopicPartition(record.topic(), record.partition());
    }

    Outcome outcome() {
        return outcome.get();
    }

    @Override
    public String topic() {
        return record.topic();
    }

    @Override
    public int partition() {
        return record.partition();
    }

    @Override
    public long offset() {
        return record.offset();
    }

    @Override
    public byte[] key() {
        return record.key();
    }

    @Override
    public byte[] value() {
        return record.value();
    }

    @Override
    public Headers headers() {
        return record.headers();
    }

    @Override
    public int deliveryCount() {
        return count;
    }

    @Override
    public boolean lastDelivery() {
        return count >= limit;
    }

    @Override
    public boolean lost() {
        return lost;
    }

    void markLost() {
        lost = true;
    }

    @Override
    public void complete() {
        settle(Outcome.COMPLETED);
    }

    @Override
    public void release() {
        settle(Outcome.RELEASED);
    }

    @Override
    public void reject() {
        settle(Outcome.COMPLETED);
    }

    void releaseUnseen() {
        settle(Outcome.UNSEEN);
    }

    private void settle(Outcome given) {
        if (outcome.compareAndSet(null, given)) {
            settled.accept(this);
        } else if (!lost) {
            throw new IllegalStateException("Expected one outcome for " + this + ", found a second one (" + given
                    + "); call complete, release or reject once");
        }
    }

    @Override
    public String toString() {
        return "delivery " + count + " of " + topic() + "-" + partition() + "@" + offset();
    }
}
