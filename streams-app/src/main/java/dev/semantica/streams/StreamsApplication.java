package dev.semantica.streams;

import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topology, running: embedded or as a process of its own. */
public final class StreamsApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
    /** A thread that dies this often without progress in between will not recover. */
    private static final int MAX_REPLACEMENTS = 20;
    /** How Kafka Streams names the thread that reads global stores. */
    private static final String GLOBAL_THREAD = "-GlobalStreamThread";

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** Kafka Streams replaces its other threads when they die, but ends with the one of the global store. */
    private final RegistryWait wait = new RegistryWait();

    private final Set<String> internal;
    private final KafkaStreams streams;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final int mostReplacements;
    private final Replacements replacements;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * Checks the cluster and starts.
     *
     * @param client configuration of all Kafka clients, with bootstrap.servers
     * @param overrides Kafka Streams configuration that replaces ours
     * @throws StreamsStartException with everything that is wrong with the cluster
     */
    public static StreamsApplication start(
            Topics topics, StreamsAppConfig config, Map<String, String> client, Map<String, String> overrides)
            throws StreamsStartException {
        return start(topics, config, client, overrides, MAX_REPLACEMENTS);
    }

    /** The same, with how many threads are replaced in a row without progress. */
    static StreamsApplication start(
            Topics topics,
            StreamsAppConfig config,
            Map<String, String> client,
            Map<String, String> overrides,
            int mostReplacements)
            throws StreamsStartException {
        ClusterCheck.run(topics, config, client);
        return new StreamsApplication(topics, config, client, overrides, mostReplacements);
    }

    private StreamsApplication(
            Topics topics,
            StreamsAppConfig config,
            Map<String, String> client,
            Map<String, String> overrides,
            int mostReplacements) {
        this.mostReplacements = mostReplacements;
        this.replacements = new Replacements(mostReplacements);
        internal = SemanticaTopology.internalTopics(config.applicationId());
        streams = new KafkaStreams(
                SemanticaTopology.build(topics, config, wait), properties(topics, config, client, overrides));
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                running.countDown();
            } else if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                running.countDown();
                ended.countDown();
            }
        });
        streams.setUncaughtExceptionHandler(this::handle);
        streams.start();
        wait.begin();
    }

    /** Waits until the topology processes records; returns whether it does. */
    public boolean awaitRunning(Duration timeout) throws InterruptedException {
        return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
                && streams.state().isRunningOrRebalancing();
    }

    /** Waits until the application has ended, by itself or by {@link #close}. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Why it processes no records now: it starts, rebalances or has ended; empty while it does. */
    public Optional<String> idleBecause() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING ? Optional.empty() : Optional.of("the topology is " + state);
    }

    /** What ended the application, if it ended by itself. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public void close() {
        wait.end();
        if (!streams.close(CLOSE_TIMEOUT)) {
            LOG.warn("Kafka Streams did not stop within {}", CLOSE_TIMEOUT);
        }
        ended.countDown();
    }

    private StreamThreadExceptionResponse handle(Throwable thrown) {
        // Kafka Streams replaces threads of its own kind only, and would lose the cause in trying.
        boolean global = Thread.currentThread().getName().endsWith(GLOBAL_THREAD);
        if (global && wait.hasEnded()) {
            // It gave up waiting for the registry, as it is to stop.
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        if (global || thrown instanceof Error) {
            return giveUp(thrown);
        }
        String task = taskOf(thrown);
        if (!replacements.allow(task, committed(task))) {
            return giveUp(new IllegalStateException(
                    "Stream threads died " + (mostReplacements + 1) + " times in a row"
                            + (task.isEmpty() ? "" : " of task " + task) + " without progress, at last of " + thrown,
                    thrown));
        }
        LOG.warn("A stream thread died and is replaced", thrown);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private StreamThreadExceptionResponse giveUp(Throwable cause) {
        LOG.error("The stream thread died for good", cause);
        failure.compareAndSet(null, cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** The task that a thread died of; empty if none is to blame. */
    private static String taskOf(Throwable thrown) {
        return thrown instanceof StreamsException exception
                ? exception.taskId().map(TaskId::toString).orElse("")
                : "";
    }

    /** What a task of this process has committed of its input since it was opened, or all of them have. */
    private Map<TopicPartition, Long> committed(String task) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        try {
            for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
                for (TaskMetadata active : thread.activeTasks()) {
                    if (task.isEmpty() || active.taskId().toString().equals(task)) {
                        active.committedOffsets().forEach((partition, offset) -> {
                            // What tasks tell each other, they tell again after every death.
                            if (!internal.contains(partition.topic())) {
                                committed.put(partition, offset);
                            }
                        });
                    }
                }
            }
        } catch (IllegalStateException stopping) {
            LOG.debug("What was committed is not known while Kafka Streams stops", stopping);
        }
        return committed;
    }

    /**
     * How long a poll waits for records, and so by how much a timer may be late: half of what a batch waits for. Polls of
     * 10 ms took 3 % of a core, whether there was something to do or not.
     */
    private static long pollMillis(Duration linger) {
        return Math.min(50, Math.max(5, linger.toMillis() / 2));
    }

    static Properties properties(
            Topics topics, StreamsAppConfig config, Map<String, String> client, Map<String, String> overrides) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, config.stateCacheBytes());
        properties.put(
                StreamsConfig.POLL_MS_CONFIG, pollMillis(config.batching().linger()));
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(BoundedRocksDb.MEMORY, Long.toString(config.rocksDbBytes()));
        properties.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonRecordHandler.class);
        properties.put(PoisonRecordHandler.GLOBAL_TOPIC, topics.requestStatus().name());
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecordHandler.class);
        properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, UnwritableRecordHandler.class);
        properties.put("processing.exception.handler.global.enabled", true);
        properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.deadLetters());
        // One commit's records in few requests: twice the rate of the default of 16 KiB.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 262_144);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        // A dead letter is its record and the reason, so it may be larger than any record that came in.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), config.largestRecord());
        properties.put(DeadLetters.MAX_BYTES, config.largestRecord());
        // The brokers' default of 1 MiB would refuse an image on its way to a changelog.
        properties.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(config.largestRecord()));
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                Math.max(32L << 20, 2L * config.maxMessageBytes()));
        // Bounds in bytes what a thread holds beside its stores: a partition with a few records waiting is not polled,
        // and
        // a poll returns no more than what was fetched.
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 8);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 500);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 16 << 20);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 << 20);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.putAll(overrides);
        return properties;
    }
}
