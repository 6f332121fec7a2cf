package dev.semantica.sampler.worker;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.queue.BatchQueue;
import dev.semantica.sampler.queue.BatchQueueException;
import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker: one thread takes batches and samples them until it is closed. */
public final class SamplerWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SamplerWorker.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Topics topics;
    private final Duration drainTimeout;
    private final WorkerListener listener;
    private final BatchQueue queue;
    private final Results results;
    private final BatchWork work;
    private final Deque<AutoCloseable> owned;
    private final Thread thread;
    private volatile boolean closing;
    private volatile Throwable failure;

    /** Bundles that were loaded for a worker, and are its to close. */
    public static final class Bundles implements AutoCloseable {
        private final Map<String, OnnxBundle> byName = new LinkedHashMap<>();

        /**
         * Loads bundles and checks each whole.
         *
         * @throws BundleException with every problem of every bundle
         */
        public static Bundles load(WorkerConfig config) throws BundleException {
            Bundles bundles = new Bundles();
            List<String> problems = new ArrayList<>();
            if (config.bundles().isEmpty()) {
                problems.add("bundles is empty: name at least one bundle's directory");
            }
            for (Path directory : config.bundles()) {
                try {
                    Bundle bundle = Bundle.read(directory);
                    if (bundles.byName.containsKey(bundle.name())) {
                        problems.add(
                                directory + ": another bundle is called " + bundle.name() + " too; serve one of them");
                    } else {
                        bundles.byName.put(bundle.name(), OnnxBundle.load(bundle, config.provider()));
                    }
                } catch (BundleException e) {
                    problems.addAll(e.problems());
                }
            }
            if (!problems.isEmpty()) {
                bundles.close();
                throw new BundleException(problems);
            }
            return bundles;
        }

        @Override
        public void close() {
            byName.values().forEach(OnnxBundle::close);
        }
    }

    /**
     * Starts a worker on a cluster.
     *
     * @param bundles what it serves; closed with the worker, also if the start fails
     * @param client configuration of all Kafka clients, with bootstrap.servers
     * @throws BatchQueueException if the brokers cannot be reached, lack a topic, or have no share
     *     groups and these are configured
     * @throws IllegalArgumentException if an allowed folder does not exist, the store of variations cannot be written,
     *     or a topic takes only smaller records than the configured ones
     */
    public static SamplerWorker start(
            Topics topics, WorkerConfig config, Bundles bundles, Map<String, String> client, WorkerListener listener)
            throws InterruptedException {
        Deque<AutoCloseable> owned = new ArrayDeque<>();
        owned.push(bundles);
        try {
            WorkerStores stores = WorkerStores.open(config);
            owned.push(stores);
            Map<String, ServedBundle> served = new LinkedHashMap<>();
            ImageDecoder decoder = new ImageDecoder(config.limits(), InstantSource.system());
            TokenCache cache = new TokenCache(config.tokenCacheBytes());
            bundles.byName.forEach(
                    (name, bundle) -> served.put(name, new ServedBundle(bundle, config.maxRows(), decoder, cache)));
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
            KafkaRequestStates requests = new KafkaRequestStates(topics.requestStatus(), reader(client));
            owned.push(requests);
            RecordLimits.check(topics, config.maxMessageBytes(), client);
            Producer<byte[], byte[]> producer = producer(client, config.maxMessageBytes());
            owned.push(producer);
            Results results = stores.checkIn(new KafkaResults(topics, producer));
            BatchWork work = new BatchWork(
                    served, stores.sources(), requests, results, config.format(), InstantSource.system(), listener);
            return new SamplerWorker(topics, config.drainTimeout(), listener, queue, results, work, owned);
        } catch (RuntimeException | InterruptedException e) {
            closeAll(owned);
            throw e;
        }
    }

    SamplerWorker(
            Topics topics,
            Duration drainTimeout,
            WorkerListener listener,
            BatchQueue queue,
            Results results,
            BatchWork work,
            Deque<AutoCloseable> owned) {
        this.topics = topics;
        this.drainTimeout = drainTimeout;
        this.listener = listener;
        this.queue = queue;
        this.results = results;
        this.work = work;
        this.owned = owned;
        this.thread = new Thread(this::run, "sampler");
        this.thread.start();
    }

    /** What ended the worker, if it ended by itself; null otherwise. */
    public Throwable failure() {
        return failure;
    }

    /** Waits until the worker has ended. */
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /** Finishes the batch in work, within the drain timeout, gives the others back, and stops. */
    @Override
    public void close() {
        closing = true;
        queue.close(drainTimeout);
        try {
            thread.join(drainTimeout.toMillis() + 1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("The batch in work did not end within {}; it goes back to the queue", drainTimeout);
            return;
        }
        closeAll(owned);
    }

    private void run() {
        try {
            while (!closing) {
                queue.poll(POLL).forEach(this::handle);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("The worker ended", e);
            failure = e;
        }
    }

    private void handle(Delivery delivery) {
        if (closing) {
            delivery.release();
            return;
        }
        SamplerBatch batch;
        try {
            batch = topics.samplerBatches().valueSerde().deserializer().deserialize(delivery.topic(), delivery.value());
            if (batch == null) {
                throw new SerializationException("A batch must have a value");
            }
        } catch (RuntimeException e) {
            // Not only SerializationException: bytes shorter than the header make the deserializer underflow.
            end(
                    delivery,
                    () -> results.deadLetter(delivery, new SerializationException("Not a SamplerBatch: " + e, e)));
            return;
        }
        listener.batchTaken(batch.getBatchId(), batch.getImages().size());
        boolean done = end(delivery, () -> {
            if (delivery.lastDelivery()) {
                String message = "No sampler finished the batch in " + delivery.deliveryCount()
                        + " deliveries; it lies in the dead letters";
                work.failAll(batch, FailureReason.DELIVERIES_EXHAUSTED, message);
                results.deadLetter(delivery, new DeliveriesExhaustedException(message));
            } else {
                work.sample(batch);
            }
        });
        if (done) {
            listener.batchDone(batch.getBatchId());
        }
    }

    /** Does the work and, once its results are durable, completes the delivery; otherwise gives it back. */
    private boolean end(Delivery delivery, Runnable action) {
        try {
            action.run();
            results.flush();
            delivery.complete();
            return true;
        } catch (Results.UnpublishedException | RuntimeException e) {
            LOG.warn(
                    "Batch at {}-{}@{} goes back to the queue after delivery {}",
                    delivery.topic(),
                    delivery.partition(),
                    delivery.offset(),
                    delivery.deliveryCount(),
                    e);
            delivery.release();
            return false;
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
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 0);
        properties.put("max.request.size", maxMessageBytes);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
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
