package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that uses the consumer of a {@link ConsumerGroupBatchQueue}. It never waits for work: while all places
 * are taken it polls with its partitions paused, so the group sees it alive however long the work takes.
 *
 * <p>A delivery is committed, as counted, before it is handed out.
 */
final class GroupPoller implements Runnable, ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(GroupPoller.class);

    /** Between two polls at most; an outcome that comes while records are waited for waits as long. */
    private static final Duration WAIT = Duration.ofMillis(50);

    private static final Duration SHORTEST_POLL = Duration.ofMillis(1);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CONSUMER_CLOSE = Duration.ofSeconds(5);

    private final ConsumerGroupConfig config;
    private final Consumer<byte[], byte[]> consumer;
    private final ReadyDeliveries<GroupDelivery> ready;
    private final LostDeliveryListener losses;

    /** Outcomes on their way from the workers. */
    private final Queue<GroupDelivery> settled = new ConcurrentLinkedQueue<>();

    private final Map<TopicPartition, PartitionProgress> progress = new HashMap<>();
    private final Set<TopicPartition> uncommitted = new HashSet<>();
    /** Records that nobody has; released ones first. */
    private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    /** Deliveries without an outcome, lost ones too: each takes a place. */
    private final Set<GroupDelivery> inFlight = new HashSet<>();

    /** Has permits while there is something to see to. */
    private final Semaphore calls = new Semaphore(0);

    private volatile boolean stopping;
    private volatile boolean abandoning;

    GroupPoller(
            ConsumerGroupConfig config,
            Consumer<byte[], byte[]> consumer,
            ReadyDeliveries<GroupDelivery> ready,
            LostDeliveryListener losses) {
        this.config = config;
        this.consumer = consumer;
        this.ready = ready;
        this.losses = losses;
    }

    /** Hands out no more records; the thread ends when those that are out have their outcomes. */
    void stop() {
        stopping = true;
        calls.release();
    }

    /** Ends the thread without waiting for outcomes. */
    void abandon() {
        abandoning = true;
        calls.release();
    }

    private void settled(GroupDelivery delivery) {
        settled.add(delivery);
        calls.release();
    }

    @Override
    public void run() {
        try {
            consumer.subscribe(List.of(config.topic()), this);
            while (!abandoning && !(stopping && inFlight.isEmpty() && settled.isEmpty())) {
                takeOutcomes();
                takeUpAssigned();
                handOut();
                poll();
            }
            takeOutcomes();
            commit();
        } catch (InterruptedException e) {
            fail(e);
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            lose(
                    new HashSet<>(progress.keySet()),
                    new BatchQueueException("The queue was closed before the delivery had an outcome", null));
            close();
        }
    }

    private void fail(Throwable e) {
        LOG.error("The queue on topic {} is broken", config.topic(), e);
        ready.fail(new BatchQueueException(
                "The queue on topic " + config.topic() + " (consumer group " + config.groupId() + " at "
                        + config.bootstrapServers() + ") is broken: " + e.getMessage()
                        + ". Close it, remove the cause and open it again",
                e));
    }

    private void close() {
        try {
            consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CONSUMER_CLOSE));
        } catch (RuntimeException e) {
            LOG.warn("Could not leave consumer group {} cleanly: {}", config.groupId(), e.toString());
        }
    }

    private void takeOutcomes() {
        for (GroupDelivery delivery = settled.poll(); delivery != null; delivery = settled.poll()) {
            inFlight.remove(delivery);
            PartitionProgress partition = progress.get(delivery.topicPartition());
            if (delivery.lost() || partition == null) {
                continue;
            }
            uncommitted.add(delivery.topicPartition());
            switch (delivery.outcome()) {
                case COMPLETED -> partition.done(delivery.offset());
                case RELEASED -> {
                    if (delivery.lastDelivery()) {
                        partition.done(delivery.offset());
                    } else {
                        waiting.addFirst(delivery.record());
                    }
                }
                case UNSEEN -> {
                    partition.undeliver(delivery.offset());
                    waiting.addFirst(delivery.record());
                }
            }
        }
    }

    private void handOut() {
        List<GroupDelivery> next = new ArrayList<>();
        while (!stopping && !waiting.isEmpty() && inFlight.size() + next.size() < config.maxInFlight()) {
            ConsumerRecord<byte[], byte[]> record = waiting.poll();
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            int count = progress.get(partition).deliver(record.offset());
            uncommitted.add(partition);
            next.add(new GroupDelivery(record, count, config.deliveryLimit(), this::settled));
        }
        if (commit()) {
            for (GroupDelivery delivery : next) {
                inFlight.add(delivery);
                if (!ready.offer(delivery)) {
                    delivery.releaseUnseen();
                }
            }
            return;
        }
        // Not counted for sure: they wait until the commit comes through.
        for (int i = next.size() - 1; i >= 0; i--) {
            progress.get(next.get(i).topicPartition()).undeliver(next.get(i).offset());
            waiting.addFirst(next.get(i).record());
        }
    }

    /** Commits what has changed; false where that must be tried again after a poll. */
    private boolean commit() {
        if (uncommitted.isEmpty()) {
            return true;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        uncommitted.forEach(
                partition -> offsets.put(partition, progress.get(partition).commit()));
        try {
            consumer.commitSync(offsets, CALL_TIMEOUT);
            uncommitted.clear();
            return true;
        } catch (RebalanceInProgressException | CommitFailedException e) {
            // The next poll says which partitions are still this queue's.
            LOG.debug("Commits again after the rebalance: {}", e.toString());
            return false;
        } catch (RetriableException e) {
            LOG.warn("Could not commit on topic {}, trying again: {}", config.topic(), e.toString());
            return false;
        }
    }

    private void poll() throws InterruptedException {
        boolean room = !stopping && inFlight.size() + waiting.size() < config.maxInFlight();
        if (room) {
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
            awaitCall();
        }
        try {
            consumer.poll(room ? WAIT : SHORTEST_POLL).forEach(this::receive);
        } catch (RecordDeserializationException e) {
            LOG.error("A record of topic {} cannot be read and is skipped: {}", config.topic(), e.getMessage());
            consumer.seek(e.topicPartition(), e.offset() + 1);
        } catch (RetriableException e) {
            LOG.warn("Could not poll topic {}, trying again: {}", config.topic(), e.toString());
            awaitCall();
        }
    }

    /** Waits for an outcome or the end, but not so long that the group might miss this member. */
    private void awaitCall() throws InterruptedException {
        if (calls.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            calls.drainPermits();
        }
    }

    private void receive(ConsumerRecord<byte[], byte[]> record) {
        PartitionProgress partition = progress.get(new TopicPartition(record.topic(), record.partition()));
        // What comes of a partition before its progress is known is read again.
        if (partition != null && partition.read(record.offset())) {
            waiting.add(record);
        }
    }

    /** Looks up the progress of partitions that are new here; they deliver nothing before. */
    private void takeUpAssigned() {
        Set<TopicPartition> partitions = new HashSet<>(consumer.assignment());
        partitions.removeAll(progress.keySet());
        if (partitions.isEmpty()) {
            return;
        }
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, CALL_TIMEOUT);
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, CALL_TIMEOUT);
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata known = committed.get(partition);
                PartitionProgress found =
                        known == null ? new PartitionProgress(beginnings.get(partition)) : read(partition, known);
                found.startsAt(beginnings.get(partition));
                consumer.seek(partition, found.offset());
                progress.put(partition, found);
            }
        } catch (RetriableException e) {
            LOG.warn("Could not look up how far the group is with {}, trying again: {}", partitions, e.toString());
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debug("Got {}", partitions);
    }

    private PartitionProgress read(TopicPartition partition, OffsetAndMetadata committed) {
        try {
            return PartitionProgress.of(committed);
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Group {} has metadata on {} that are not this queue's; deliveries are counted from 1 again: {}",
                    config.groupId(),
                    partition,
                    e.getMessage());
            return new PartitionProgress(committed.offset());
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        takeOutcomes();
        try {
            commit();
        } catch (KafkaException e) {
            LOG.warn("Could not commit on giving up {}: {}", partitions, e.toString());
        }
        lose(partitions, new BatchQueueException("The partition went to another worker", null));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        lose(partitions, new BatchQueueException("The group took the partition away", null));
    }

    private void lose(Collection<TopicPartition> partitions, BatchQueueException reason) {
        waiting.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
        uncommitted.removeAll(partitions);
        progress.keySet().removeAll(partitions);
        for (GroupDelivery delivery : inFlight) {
            if (partitions.contains(delivery.topicPartition()) && !delivery.lost()) {
                delivery.markLost();
                report(delivery, reason);
            }
        }
    }

    private void report(GroupDelivery delivery, BatchQueueException reason) {
        try {
            losses.lost(delivery, reason);
        } catch (RuntimeException e) {
            LOG.error("The listener for lost deliveries failed on {}", delivery, e);
        }
    }
}
