package dev.semantica.streams;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/**
 * How the topology works.
 *
 * @param applicationId names the application, its consumer group and its internal topics
 * @param stateDirectory where local state lies
 * @param threads stream threads
 * @param batching when a batch is full
 * @param limits what an image event may ask for
 * @param requestTimeout an image without a result after this ends as a failure
 * @param retention how long ended images and requests are remembered, so that duplicates are known
 * @param statusInterval least time between two status records of a request that only differ in counts
 * @param stateCacheBytes memory for records on their way to a store
 * @param rocksDbBytes memory of all local stores together, outside of the heap
 * @param commitInterval how often a transaction is committed
 * @param maxMessageBytes largest record written
 */
public record StreamsAppConfig(
        String applicationId,
        Path stateDirectory,
        int threads,
        Batching batching,
        Limits limits,
        Duration requestTimeout,
        Duration retention,
        Duration statusInterval,
        long stateCacheBytes,
        long rocksDbBytes,
        Duration commitInterval,
        int maxMessageBytes) {

    /** Prefix of keys that go to Kafka Streams as they are. */
    public static final String STREAMS_PREFIX = "streams.";

    private static final String APPLICATION_ID = "application.id";
    private static final String STATE_DIRECTORY = "state.dir";
    private static final String THREADS = "num.stream.threads";
    private static final String BATCH_VARIATIONS = "batch.max.variations";
    private static final String BATCH_BYTES = "batch.max.bytes";
    private static final String BATCH_LINGER = "batch.linger.ms";
    private static final String MAX_COUNT = "image.max.count";
    private static final String IMAGE_BYTES = "image.max.bytes";
    private static final String REQUEST_TIMEOUT = "request.timeout.ms";
    private static final String RETENTION = "dedupe.retention.ms";
    private static final String STATUS_INTERVAL = "status.interval.ms";
    private static final String STATE_CACHE = "state.cache.bytes";
    private static final String ROCKSDB = "rocksdb.memory.bytes";
    private static final String COMMIT_INTERVAL = "commit.interval.ms";
    private static final String MAX_MESSAGE = "topics.max.message.bytes";

    /** Room for what a record holds beside its image: ids, options, labels, headers of a dead letter. */
    static final int RECORD_OVERHEAD = 64 * 1024;

    private static final long BATCH_BYTES_DEFAULT = 1024 * 1024;

    /**
     * When a batch is full: whichever comes first.
     *
     * @param maxVariations variations in it
     * @param maxBytes bytes of images in it
     * @param linger time since its first image
     */
    public record Batching(int maxVariations, long maxBytes, Duration linger) {}

    /**
     * What an image event may ask for.
     *
     * @param maxCount variations of one image
     * @param maxImageBytes bytes of an inline image
     */
    public record Limits(int maxCount, long maxImageBytes) {}

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    APPLICATION_ID,
                    ConfigDef.Type.STRING,
                    "semantica-streams",
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "Names the application: its consumer group, transactions and internal topics.")
            .define(
                    STATE_DIRECTORY,
                    ConfigDef.Type.STRING,
                    System.getProperty("java.io.tmpdir") + "/semantica-streams",
                    Importance.HIGH,
                    "Directory of the local state. Losing it costs a rebuild from Kafka, no data.")
            .define(THREADS, ConfigDef.Type.INT, 1, Range.between(1, 256), Importance.MEDIUM, "Stream threads.")
            .define(
                    BATCH_VARIATIONS,
                    ConfigDef.Type.INT,
                    16,
                    Range.between(1, 100_000),
                    Importance.MEDIUM,
                    "A batch is sent when it holds this many variations.")
            .define(
                    BATCH_BYTES,
                    ConfigDef.Type.LONG,
                    BATCH_BYTES_DEFAULT,
                    Range.between(1, 1L << 30),
                    Importance.MEDIUM,
                    "A batch is sent before its images take more bytes than this: at most topics.max.message.bytes less"
                            + " 65536, also where it is not set.")
            .define(
                    BATCH_LINGER,
                    ConfigDef.Type.LONG,
                    100L,
                    Range.between(1, 3_600_000),
                    Importance.MEDIUM,
                    "A batch is sent this long after its first image at the latest.")
            .define(
                    MAX_COUNT,
                    ConfigDef.Type.INT,
                    1000,
                    Range.between(1, 1_000_000),
                    Importance.MEDIUM,
                    "Most variations that one image may ask for.")
            .define(
                    IMAGE_BYTES,
                    ConfigDef.Type.LONG,
                    32L << 20,
                    Range.between(1, 1L << 31),
                    Importance.MEDIUM,
                    "Largest image file, in bytes; an inline one must fit into a record as well. The sampler checks it"
                            + " too.")
            .define(
                    REQUEST_TIMEOUT,
                    ConfigDef.Type.LONG,
                    86_400_000L,
                    Range.between(100, Long.MAX_VALUE / 2),
                    Importance.MEDIUM,
                    "An image without all its results after this time ends as a failure. Keep it below the"
                            + " retention of sampler-batches.")
            .define(
                    RETENTION,
                    ConfigDef.Type.LONG,
                    86_400_000L,
                    Range.between(100, Long.MAX_VALUE / 2),
                    Importance.MEDIUM,
                    "How long ended images and requests are remembered; a duplicate that comes later counts as new.")
            .define(
                    STATUS_INTERVAL,
                    ConfigDef.Type.LONG,
                    100L,
                    Range.between(1, 3_600_000),
                    Importance.LOW,
                    "Least time between two status records of a request. A change of state is published with the next.")
            .define(
                    STATE_CACHE,
                    ConfigDef.Type.LONG,
                    64L << 20,
                    Range.between(0, 1L << 40),
                    Importance.MEDIUM,
                    "Memory for records on their way to a store. Images that are batched within one commit never"
                            + " leave it.")
            .define(
                    ROCKSDB,
                    ConfigDef.Type.LONG,
                    64L << 20,
                    Range.between(1L << 20, 1L << 40),
                    Importance.MEDIUM,
                    "Memory of all local stores together, outside of the Java heap.")
            .define(
                    COMMIT_INTERVAL,
                    ConfigDef.Type.LONG,
                    100L,
                    Range.between(1, 3_600_000),
                    Importance.MEDIUM,
                    "How often a transaction is committed; what is not committed yet is not visible.")
            .define(
                    MAX_MESSAGE,
                    ConfigDef.Type.INT,
                    8 << 20,
                    Range.between(256 * 1024, 1 << 30),
                    Importance.MEDIUM,
                    "Largest record, in bytes, that is written; the topics must allow it.");

    /** Largest record that the topology writes: a dead letter, or what it keeps of a record, with what is around it. */
    int largestRecord() {
        return maxMessageBytes + RECORD_OVERHEAD;
    }

    /**
     * Reads the configuration.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a value is not of its type or out of range, or a batch
     *     would not fit into a record
     */
    public static StreamsAppConfig from(Map<String, String> settings) {
        Map<String, Object> values = CONFIG.parse(settings);
        int room = (Integer) values.get(MAX_MESSAGE) - RECORD_OVERHEAD;
        long batchBytes = settings.containsKey(BATCH_BYTES)
                ? (Long) values.get(BATCH_BYTES)
                : Math.min(BATCH_BYTES_DEFAULT, room);
        if (batchBytes > room) {
            throw new ConfigException(
                    BATCH_BYTES,
                    batchBytes,
                    "A batch is a record, and one of " + MAX_MESSAGE + " " + values.get(MAX_MESSAGE) + " has room for "
                            + room + " bytes of images; lower " + BATCH_BYTES + " or raise " + MAX_MESSAGE);
        }
        return new StreamsAppConfig(
                (String) values.get(APPLICATION_ID),
                Path.of((String) values.get(STATE_DIRECTORY)),
                (Integer) values.get(THREADS),
                new Batching((Integer) values.get(BATCH_VARIATIONS), batchBytes, Duration.ofMillis((Long)
                        values.get(BATCH_LINGER))),
                new Limits(
                        (Integer) values.get(MAX_COUNT),
                        // A batch holds at least one image, and must fit into a record.
                        Math.min((Long) values.get(IMAGE_BYTES), room)),
                Duration.ofMillis((Long) values.get(REQUEST_TIMEOUT)),
                Duration.ofMillis((Long) values.get(RETENTION)),
                Duration.ofMillis((Long) values.get(STATUS_INTERVAL)),
                (Long) values.get(STATE_CACHE),
                (Long) values.get(ROCKSDB),
                Duration.ofMillis((Long) values.get(COMMIT_INTERVAL)),
                (Integer) values.get(MAX_MESSAGE));
    }
}
