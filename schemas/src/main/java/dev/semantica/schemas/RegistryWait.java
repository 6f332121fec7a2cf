package dev.semantica.schemas;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread that reads or writes a topic wait for the schema registry, where neither giving up a record nor dying
 * will do. Before {@link #begin} and after {@link #end} an outage is an error, so that starting and stopping wait for
 * nothing.
 */
public final class RegistryWait {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryWait.class);

    private final Duration pause;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean begun;

    /** Waits for nothing yet; then a second between two tries. */
    public RegistryWait() {
        this(Duration.ofSeconds(1));
    }

    /**
     * Waits for nothing yet.
     *
     * @param pause the time between two tries
     */
    public RegistryWait(Duration pause) {
        this.pause = pause;
    }

    /** From now on it waits. */
    public void begin() {
        begun = true;
    }

    /** Lets what waits fail, and what comes. */
    public void end() {
        ended.countDown();
    }

    /** Whether {@link #end} was called. */
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** How many threads wait for the registry now. */
    public int waiting() {
        return waiting.get();
    }

    /** A deserializer that tries again for as long as the registry cannot be reached. */
    public <T> Deserializer<T> reading(Deserializer<T> inner) {
        return new Deserializer<>() {
            @Override
            public T deserialize(String topic, byte[] bytes) {
                return patiently(topic, () -> inner.deserialize(topic, bytes));
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    /** A serializer that tries again for as long as the registry cannot be reached. */
    public <T> Serializer<T> writing(Serializer<T> inner) {
        return new Serializer<>() {
            @Override
            public byte[] serialize(String topic, T value) {
                return patiently(topic, () -> inner.serialize(topic, value));
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    private <V> V patiently(String topic, Supplier<V> work) {
        try {
            return work.get();
        } catch (KafkaException e) {
            if (!AvroSerdes.isOutage(e) || !begun) {
                throw e;
            }
            LOG.warn("The schema registry cannot be reached; {} waits for it", topic, e);
            waiting.incrementAndGet();
            try {
                return again(work, e);
            } finally {
                waiting.decrementAndGet();
            }
        }
    }

    /** Tries until the registry answers, or the wait ends: then with the last failure. */
    private <V> V again(Supplier<V> work, KafkaException first) {
        KafkaException last = first;
        while (mayTryAgain()) {
            try {
                V result = work.get();
                LOG.info("The schema registry can be reached again");
                return result;
            } catch (KafkaException e) {
                if (!AvroSerdes.isOutage(e)) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    /** Waits for one pause; says whether the wait still goes on. */
    private boolean mayTryAgain() {
        try {
            return !ended.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
