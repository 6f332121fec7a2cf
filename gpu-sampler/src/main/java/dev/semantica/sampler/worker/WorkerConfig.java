package dev.semantica.sampler.worker;

import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.store.StoreConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * How a worker works.
 *
 * @param bundles directories of the bundles that it serves; the first is the default
 * @param providers what runs the graphs: the CPU, or one for each CUDA device
 * @param tickPath how a tick is computed
 * @param engine how rows share a device
 * @param pendingBytes memory of batches in work beyond which none is taken
 * @param format files that it writes
 * @param limits what a source image may cost
 * @param allowedReferences places that references may point into, as file:, s3:, http: or https: URIs
 * @param tokenCacheBytes memory for encodings of sources
 * @param queue how it takes batches
 * @param drainTimeout how long a shutdown waits for the batch in work
 * @param maxMessageBytes largest record written
 * @param stores what it reads from and writes to beside its topics
 */
public record WorkerConfig(
        List<Path> bundles,
        List<ExecutionProvider> providers,
        OnnxBundle.TickPath tickPath,
        EngineConfig engine,
        long pendingBytes,
        ImageEncoder format,
        ImageLimits limits,
        List<String> allowedReferences,
        long tokenCacheBytes,
        Queue queue,
        Duration drainTimeout,
        int maxMessageBytes,
        Stores stores) {

    /** What kind of group the fleet of workers is. */
    public enum QueueType {
        /** A share group, for brokers of Kafka 4.3 and newer. */
        SHARE,
        /** A consumer group, for older brokers. */
        CONSUMER
    }

    /**
     * How a worker takes batches.
     *
     * @param type what kind of group the fleet is
     * @param groupId the group of the fleet
     * @param maxInFlight batches taken at once
     * @param lockDuration how long a silent worker keeps a batch
     * @param deliveryLimit how often a batch is delivered at most
     */
    public record Queue(QueueType type, String groupId, int maxInFlight, Duration lockDuration, int deliveryLimit) {}

    /**
     * What a worker reads from and writes to beside its topics.
     *
     * @param access how stores are reached
     * @param variations folder of the variations that are too large for their records; null: none may be
     * @param inlineMaxBytes largest variation that stays in its record where there is such a folder
     * @param privateAddresses whether references may lead to web servers at addresses that are not public
     */
    public record Stores(StoreConfig access, URI variations, int inlineMaxBytes, boolean privateAddresses) {}

    private static final String MAX_ROWS = "sampler.max.rows";
    private static final String BULK_SHARE = "sampler.bulk.share";
    private static final String PENDING_BYTES = "sampler.pending.bytes";
    private static final String TICK_PATH = "sampler.tick.path";
    private static final String FORMAT = "output.format";
    private static final String TOKEN_CACHE = "token.cache.bytes";
    private static final String DRAIN = "drain.timeout.ms";
    private static final String MAX_MESSAGE = "topics.max.message.bytes";

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = keys();

    private static ConfigDef keys() {
        ConfigDef keys = new ConfigDef();
        DeviceKeys.define(keys);
        keys.define(
                        MAX_ROWS,
                        ConfigDef.Type.INT,
                        8,
                        Range.between(1, 4096),
                        Importance.MEDIUM,
                        "Most variations that take a step together, of whatever requests; bounds the memory of a step.")
                .define(
                        BULK_SHARE,
                        ConfigDef.Type.DOUBLE,
                        0.25,
                        Range.between(0, 0.9),
                        Importance.MEDIUM,
                        "Share of the model's evaluations that bulk variations keep while interactive ones are being made."
                                + " On a GPU, where more rows in a step cost little, raise it.")
                .define(
                        PENDING_BYTES,
                        ConfigDef.Type.LONG,
                        64L << 20,
                        Range.atLeast(1),
                        Importance.MEDIUM,
                        "Memory of the batches in work, with their decoded sources, beyond which no further batch is"
                                + " taken.")
                .define(
                        TICK_PATH,
                        ConfigDef.Type.STRING,
                        "composed",
                        ConfigDef.ValidString.in("composed", "one_call", "plain"),
                        Importance.LOW,
                        "How a step is computed: with guidance and update in the model's graph (composed: on the CPU, rows"
                                + " that divide evenly among the threads go by a call for each, if the denoiser has 128"
                                + " MiB at most, which then is in memory twice; one_call: all rows by one), or outside of"
                                + " it (plain), to compare.")
                .define(
                        FORMAT,
                        ConfigDef.Type.STRING,
                        "png",
                        ConfigDef.ValidString.in("png", "jpeg"),
                        Importance.MEDIUM,
                        "Files that are written: png (lossless) or jpeg.");
        ImageKeys.define(keys);
        keys.define(
                TOKEN_CACHE,
                ConfigDef.Type.LONG,
                32L << 20,
                Range.atLeast(0),
                Importance.LOW,
                "Memory for encodings of sources, so that a source is encoded once.");
        QueueKeys.define(keys);
        keys.define(
                        DRAIN,
                        ConfigDef.Type.LONG,
                        20_000L,
                        Range.atLeast(0),
                        Importance.MEDIUM,
                        "How long a shutdown waits for the batches in work; what is not done goes back to the queue.")
                .define(
                        MAX_MESSAGE,
                        ConfigDef.Type.INT,
                        8 << 20,
                        Range.between(256 * 1024, 1 << 30),
                        Importance.MEDIUM,
                        "Largest record, in bytes, that is written; the topics must allow it.");
        return keys;
    }

    /**
     * Reads the configuration, with the keys of {@link StoreConfig} beside its own.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a value is not of its type or out of range
     */
    public static WorkerConfig from(Map<String, String> settings) {
        Map<String, Object> values = CONFIG.parse(settings);
        return new WorkerConfig(
                DeviceKeys.bundles(values),
                DeviceKeys.providers(values),
                OnnxBundle.TickPath.valueOf(((String) values.get(TICK_PATH)).toUpperCase(Locale.ROOT)),
                new EngineConfig((Integer) values.get(MAX_ROWS), (Double) values.get(BULK_SHARE)),
                (Long) values.get(PENDING_BYTES),
                ImageEncoder.valueOf(((String) values.get(FORMAT)).toUpperCase(Locale.ROOT)),
                ImageKeys.limits(values),
                ImageKeys.allowedReferences(values),
                (Long) values.get(TOKEN_CACHE),
                QueueKeys.queue(values),
                Duration.ofMillis((Long) values.get(DRAIN)),
                (Integer) values.get(MAX_MESSAGE),
                ImageKeys.stores(values, StoreConfig.from(settings)));
    }
}
