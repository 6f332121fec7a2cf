package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link BatchQueue} on a share group (KIP-932). One thread owns the consumer: it fetches, renews locks at a third of
 * their duration, and sends outcomes.
 *
 * <p>The consumer wants every record of a poll acknowledged before the next poll. A record that is still in work is
 * acknowledged with RENEW; it comes back from a later poll, and only then can its outcome be sent.
 */
public final class ShareGroupBatchQueue implements BatchQueue {

    private static final Logger LOG = LoggerFactory.getLogger(ShareGroupBatchQueue.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** A renewed record comes back at once; waiting longer would delay outcomes. */
    private static final Duration RENEWING_POLL = Duration.ofMillis(100);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final ShareGroupConfig config;
    private final ShareConsumer<byte[], byte[]> consumer;
    private final Thread pump;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Everything in this worker's hands, by position. */
    private final Map<String, Taken> taken = new HashMap<>();

    private final Deque<Taken> ready = new ArrayDeque<>();
    private boolean closing;
    private boolean giveBack;
    private RuntimeException broken;

    /**
     * Sets the group up, joins it, and starts fetching.
     *
     * @throws QueueException if the brokers cannot be reached, lack the topic, or have no share groups
     */
    public ShareGroupBatchQueue(ShareGroupConfig config) {
        this.config = config;
        ShareGroupSetup.apply(config);
        Map<String, Object> properties = new HashMap<>(config.client());
        properties.put("group.id", config.groupId());
        properties.put("share.acknowledgement.mode", "explicit");
        properties.put("share.acquire.mode", "record_limit");
        properties.put("max.poll.records", config.maxInFlight());
        this.consumer = new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.consumer.setAcknowledgementCommitCallback((offsets, failure) -> {
            if (failure != null) {
                LOG.warn("Outcomes of {} came too late; the batches will be delivered again", offsets, failure);
            }
        });
        this.consumer.subscribe(List.of(config.topic()));
        this.pump = new Thread(this::pump, "batch-queue");
        this.pump.setDaemon(true);
        this.pump.start();
    }

    @Override
    public Delivery take(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (ready.isEmpty() && broken == null && !closing && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (broken != null) {
                throw broken;
            }
            return closing ? null : ready.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close(Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            closing = true;
            ready.forEach(delivery -> delivery.outcome = AcknowledgeType.RELEASE);
            ready.clear();
            changed.signalAll();
            while (left > 0
                    && broken == null
                    && taken.values().stream().anyMatch(delivery -> delivery.outcome == null)) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            giveBack = true;
            changed.signalAll();
            lock.unlock();
        }
        consumer.wakeup();
        try {
            pump.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump() {
        try (consumer) {
            boolean more = true;
            while (more) {
                more = round();
            }
        } catch (RuntimeException e) {
            LOG.error("The batch queue broke", e);
            lock.lock();
            try {
                broken = new QueueException("The batch queue broke: " + e.getMessage(), e);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Sends outcomes and renewals, then fetches. Returns whether there is more to do. */
    private boolean round() {
        boolean holding;
        boolean last;
        lock.lock();
        try {
            awaitWork();
            last = giveBack;
            for (Taken delivery : List.copyOf(taken.values())) {
                acknowledge(delivery, last);
            }
            holding = !taken.isEmpty();
        } finally {
            lock.unlock();
        }
        if (last || (closing && !holding)) {
            send();
            return false;
        }
        try {
            receive(holding ? RENEWING_POLL : POLL);
        } catch (org.apache.kafka.common.errors.WakeupException e) {
            LOG.debug("Woken up to close");
        } catch (RetriableException e) {
            LOG.warn("Fetching batches failed, trying again: {}", e.getMessage());
            pause();
        }
        return true;
    }

    /** Waits until an outcome is there, a lock needs renewing, or there is nothing to wait for. */
    private void awaitWork() {
        long renewAt = System.nanoTime() + config.lockDuration().toNanos() / 3;
        long left = renewAt - System.nanoTime();
        try {
            while (left > 0
                    && !giveBack
                    && !taken.isEmpty()
                    && taken.values().stream()
                            .allMatch(delivery -> delivery.record != null && delivery.outcome == null)) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acknowledge(Taken delivery, boolean last) {
        if (delivery.record == null) {
            // Renewed, and not back yet: nothing can be said of it.
            return;
        }
        AcknowledgeType type = delivery.outcome;
        if (type == null) {
            type = last ? AcknowledgeType.RELEASE : AcknowledgeType.RENEW;
        }
        consumer.acknowledge(delivery.record, type);
        delivery.record = null;
        if (type != AcknowledgeType.RENEW) {
            taken.remove(delivery.position);
        }
    }

    private void receive(Duration timeout) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.poll(timeout).forEach(records::add);
        lock.lock();
        try {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                String position = record.topic() + "-" + record.partition() + "@" + record.offset();
                Taken known = taken.get(position);
                if (known != null) {
                    known.record = record;
                } else {
                    Taken fresh = new Taken(record, position);
                    taken.put(position, fresh);
                    if (closing) {
                        fresh.outcome = AcknowledgeType.RELEASE;
                    } else {
                        ready.add(fresh);
                    }
                }
            }
            forgetLost();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A renewed record that does not come back was lost to someone else; its results are dropped as duplicates. */
    private void forgetLost() {
        long now = System.nanoTime();
        for (Iterator<Taken> all = taken.values().iterator(); all.hasNext(); ) {
            Taken delivery = all.next();
            if (delivery.record != null) {
                delivery.seenNanos = now;
            } else if (now - delivery.seenNanos > config.lockDuration().toNanos()) {
                LOG.warn("Batch {} was lost to another worker", delivery.position);
                ready.remove(delivery);
                all.remove();
            }
        }
    }

    private void send() {
        try {
            consumer.commitSync(Duration.ofSeconds(5));
        } catch (KafkaException e) {
            LOG.warn("Last outcomes could not be sent; their batches will be delivered again: {}", e.getMessage());
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = RETRY_PAUSE.toNanos();
            while (!giveBack && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private final class Taken implements Delivery {
        private final ConsumerRecord<byte[], byte[]> first;
        private final String position;
        private ConsumerRecord<byte[], byte[]> record;
        private AcknowledgeType outcome;
        private long seenNanos = System.nanoTime();

        Taken(ConsumerRecord<byte[], byte[]> record, String position) {
            this.first = record;
            this.record = record;
            this.position = position;
        }

        @Override
        public byte[] key() {
            return first.key();
        }

        @Override
        public byte[] value() {
            return first.value();
        }

        @Override
        public org.apache.kafka.common.header.Headers headers() {
            return first.headers();
        }

        @Override
        public String position() {
            return position;
        }

        @Override
        public String topic() {
            return first.topic();
        }

        @Override
        public int partition() {
            return first.partition();
        }

        @Override
        public long offset() {
            return first.offset();
        }

        @Override
        public int deliveryCount() {
            return first.deliveryCount().map(Short::intValue).orElse(1);
        }

        @Override
        public boolean lastDelivery() {
            return deliveryCount() >= config.deliveryLimit();
        }

        @Override
        public void complete() {
            end(AcknowledgeType.ACCEPT);
        }

        @Override
        public void release() {
            end(AcknowledgeType.RELEASE);
        }

        private void end(AcknowledgeType type) {
            lock.lock();
            try {
                if (outcome == null) {
                    outcome = type;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
