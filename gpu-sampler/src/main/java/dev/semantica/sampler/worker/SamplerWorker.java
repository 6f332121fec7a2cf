package dev.semantica.sampler.worker;

import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.queue.BatchQueue;
import dev.semantica.sampler.queue.BatchQueueException;
import dev.semantica.sampler.queue.Delivery;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.Topics;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: one thread takes batches and opens them, one owner for each bundle and device samples their rows together, one
 * writes the results. Batches are taken while there is memory for them.
 */
public final class SamplerWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SamplerWorker.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** How long the end of a tick, of the intake and of the writer is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Room on the dead letters' topic for headers that say what went wrong. */
    private static final int DEAD_LETTER_REASON_BYTES = 64 * 1024;

    private final Duration drainTimeout;
    private final WorkerListener listener;
    private final InstantSource clock;
    private final BatchQueue queue;
    private final Results results;
    private final RegistryWaits registry;
    private final Deserializer<SamplerBatch> batches;
    private final Map<String, ServedBundle> served = new LinkedHashMap<>();
    private final PendingBytes pending;
    private final TokenCache cache;
    private final Set<BatchInWork> inWork = ConcurrentHashMap.newKeySet();
    private final RowOutcomes outcomes;
    private final Intake intake;
    private final Deque<AutoCloseable> owned;
    private final Thread thread;
    private volatile boolean closing;
    private volatile Throwable failure;

    /**
     * Starts a worker on a cluster.
     *
     * @param bundles what it serves; closed with the worker, also if the start fails
     * @param client configuration of all Kafka clients, with bootstrap.servers
     * @param tracer begins the spans of images; one that does nothing passes traces on
     * @throws BatchQueueException if the brokers cannot be reached, lack a topic, or have no share
     *     groups and these are configured
     * @throws IllegalArgumentException if an allowed folder does not exist, the store of variations cannot be written,
     *     or a topic takes only smaller records than the configured ones
     */
    public static SamplerWorker start(
            Topics topics,
            WorkerConfig config,
            WorkerBundles bundles,
            Map<String, String> client,
            WorkerListener listener,
            Tracer tracer)
            throws InterruptedException {
        Deque<AutoCloseable> owned = new ArrayDeque<>();
        owned.push(bundles);
        try {
            WorkerStores stores = WorkerStores.open(config, listener::storeAway);
            owned.push(stores);
            BatchQueue queue = WorkerQueue.open(
                    topics.samplerBatches().name(),
                    config.queue(),
                    client,
                    (delivery, reason) -> LOG.warn(
                            "Batch at {}-{}@{} was lost to another worker; its results are dropped as duplicates",
                            delivery.topic(),
                            delivery.partition(),
                            delivery.offset(),
                            reason));
            owned.push(queue);
            RegistryWaits registry = new RegistryWaits();
            KafkaRequestStates requests =
                    new KafkaRequestStates(topics.requestStatus(), reader(client), registry.requests());
            owned.push(requests);
            RecordLimits.check(topics, config.maxMessageBytes(), client);
            Producer<byte[], byte[]> producer = producer(client, config.maxMessageBytes());
            owned.push(producer);
            return new SamplerWorker(
                    topics,
                    config,
                    bundles.byName(),
                    stores.sources(),
                    queue,
                    requests,
                    stores.checkIn(new KafkaResults(topics, registry.results(), producer)),
                    registry,
                    InstantSource.system(),
                    listener,
                    tracer,
                    owned);
        } catch (RuntimeException | InterruptedException e) {
            closeAll(owned);
            throw e;
        }
    }

    SamplerWorker(
            Topics topics,
            WorkerConfig config,
            Map<String, ? extends List<? extends LoadedBundle>> bundles,
            SourceImages sources,
            BatchQueue queue,
            RequestStates requests,
            Results results,
            RegistryWaits registry,
            InstantSource clock,
            WorkerListener listener,
            Tracer tracer,
            Deque<AutoCloseable> owned) {
        this.drainTimeout = config.drainTimeout();
        this.listener = listener;
        this.clock = clock;
        this.queue = queue;
        this.results = results;
        this.registry = registry;
        this.batches =
                registry.batches().reading(topics.samplerBatches().valueSerde().deserializer());
        registry.batches().begin();
        registry.results().begin();
        this.owned = owned;
        this.pending = new PendingBytes(config.pendingBytes());
        this.outcomes = new RowOutcomes(config.format(), listener);
        this.cache = new TokenCache(config.tokenCacheBytes());
        bundles.forEach((name, loaded) ->
                served.put(name, new ServedBundle(loaded, config.engine(), cache, clock, outcomes, this::end)));
        this.intake = new Intake(
                served,
                sources,
                new ImageDecoder(config.limits(), InstantSource.system()),
                requests,
                clock,
                listener,
                tracer);
        this.thread = new Thread(this::run, "sampler-intake");
        this.thread.start();
    }

    /** What ended the worker, if it ended by itself; null otherwise. */
    public Throwable failure() {
        return failure;
    }

    /** What it has before it now. */
    public WorkerLoad load() {
        long rows = 0;
        long active = 0;
        for (ServedBundle bundle : served.values()) {
            active += bundle.rowsBegun();
            rows += bundle.rowsInWork();
        }
        return new WorkerLoad(
                inWork.size(),
                inWork.stream()
                        .map(work -> work.batch().getCreatedAt())
                        .min(Comparator.naturalOrder())
                        .orElse(null),
                active,
                // A row may end between the two readings.
                Math.max(0, rows - active),
                pending.used(),
                cache.bytes(),
                registry.waiting());
    }

    /** Digests of the bundles that it serves, by name. */
    public Map<String, String> bundles() {
        Map<String, String> digests = new TreeMap<>();
        served.forEach((name, bundle) -> digests.put(name, bundle.bundle().digest()));
        return digests;
    }

    /** Waits until the worker has ended, and if it is being closed, until that is done: till then it drains. */
    public void awaitEnd() throws InterruptedException {
        thread.join();
        if (closing) {
            close();
        }
    }

    /**
     * Finishes the batches in work, within the drain timeout, gives the others back, and stops. Whoever calls it while
     * another one does waits until that is done.
     */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        registry.batches().end();
        queue.close(drainTimeout);
        registry.results().end();
        boolean ended = true;
        for (ServedBundle bundle : served.values()) {
            ended &= bundle.stop(PATIENCE);
        }
        try {
            thread.join(PATIENCE.toMillis());
            ended &= !thread.isAlive() && outcomes.stop(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = false;
        }
        if (!ended) {
            LOG.warn("A tick or a result did not end within {}; its batch goes back to the queue", PATIENCE);
            return;
        }
        closeAll(owned);
    }

    private void run() {
        try {
            while (!closing && failure == null) {
                if (pending.awaitRoom(POLL)) {
                    queue.poll(POLL).forEach(this::handle);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            end(e);
        }
    }

    /** Ends the worker: its batches go to others when their locks are over. */
    private void end(Throwable cause) {
        LOG.error("The worker ended", cause);
        failure = cause;
        queue.wakeup();
    }

    private void handle(Delivery delivery) {
        if (closing) {
            delivery.release();
            return;
        }
        SamplerBatch batch;
        try {
            batch = batches.deserialize(delivery.topic(), delivery.value());
            if (batch == null) {
                throw new SerializationException("A batch must have a value");
            }
        } catch (RuntimeException e) {
            if (AvroSerdes.isOutage(e)) {
                delivery.release();
                return;
            }
            // Not only SerializationException: bytes shorter than the header make the deserializer underflow.
            BatchInWork poison = new BatchInWork(delivery, null, results, this::settled);
            poison.deadLetter(new SerializationException("Not a SamplerBatch: " + e, e));
            poison.intakeEnded();
            return;
        }
        listener.batchTaken(
                batch.getBatchId(),
                batch.getImages().size(),
                Duration.between(batch.getCreatedAt(), clock.instant()),
                delivery.deliveryCount());
        long bytes = intake.bytes(batch, delivery.value().length);
        pending.take(bytes);
        BatchInWork work = new BatchInWork(delivery, batch, results, settled -> {
            pending.free(bytes);
            inWork.remove(settled);
            settled(settled);
        });
        inWork.add(work);
        try {
            if (delivery.lastDelivery()) {
                String message = "No sampler finished the batch in " + delivery.deliveryCount()
                        + " deliveries; it lies in the dead letters";
                intake.failAll(work, FailureReason.DELIVERIES_EXHAUSTED, message);
                work.deadLetter(new DeliveriesExhaustedException(message));
            } else {
                intake.open(work);
            }
        } catch (RuntimeException | Error e) {
            work.fail(e);
            if (e instanceof Error error) {
                throw error;
            }
        } finally {
            work.intakeEnded();
        }
    }

    private void settled(BatchInWork work) {
        if (work.failure() != null) {
            Delivery delivery = work.delivery();
            work.logContext(null)
                    .run(() -> LOG.warn(
                            "Batch at {}-{}@{} goes back to the queue after delivery {}",
                            delivery.topic(),
                            delivery.partition(),
                            delivery.offset(),
                            delivery.deliveryCount(),
                            work.failure()));
            listener.batchReturned(work.batch() == null ? "" : work.batch().getBatchId());
        } else if (work.deadLettered()) {
            listener.batchDeadLettered();
        } else {
            listener.batchDone(work.batch().getBatchId());
        }
    }

    private static KafkaConsumer<String, byte[]> reader(Map<String, String> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, String> client, int maxMessageBytes) {
        return new KafkaProducer<>(
                producerSettings(client, maxMessageBytes), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A batch of the largest size can be put aside with the reason beside it, and the memory holds two of them. */
    static Map<String, Object> producerSettings(Map<String, String> client, int maxMessageBytes) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 0);
        properties.put("max.request.size", maxMessageBytes + DEAD_LETTER_REASON_BYTES);
        properties.put("buffer.memory", Math.max(32L << 20, 2L * maxMessageBytes));
        return properties;
    }

    private static void closeAll(Deque<AutoCloseable> owned) {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                LOG.warn("Closing failed", e);
            }
        }
    }
}
