package dev.semantica.sampler.worker;

import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.onnx.CudaDevice;
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
import org.apache.kafka.common.config.ConfigException;

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

    private static final String BUNDLES = "bundles";
    private static final String PROVIDER = "execution.provider";
    private static final String THREADS = "intra.op.threads";
    private static final String DEVICES = "cuda.device.id";
    private static final String DEVICE_MEMORY = "cuda.memory.bytes";
    private static final String ARENA = "cuda.arena.extend.strategy";
    private static final String TF32 = "cuda.tf32";
    private static final String MAX_ROWS = "sampler.max.rows";
    private static final String BULK_SHARE = "sampler.bulk.share";
    private static final String PENDING_BYTES = "sampler.pending.bytes";
    private static final String TICK_PATH = "sampler.tick.path";
    private static final String FORMAT = "output.format";
    private static final String IMAGE_BYTES = "image.max.bytes";
    private static final String IMAGE_PIXELS = "image.max.pixels";
    private static final String IMAGE_TIME = "image.decode.timeout.ms";
    private static final String ALLOWED = "reference.allowed";
    private static final String PRIVATE_ADDRESSES = "reference.private.addresses";
    private static final String VARIATIONS_STORE = "variations.store";
    private static final String VARIATIONS_INLINE = "variations.inline.max.bytes";
    private static final String TOKEN_CACHE = "token.cache.bytes";
    private static final String QUEUE_TYPE = "queue.type";
    private static final String GROUP = "queue.group.id";
    private static final String IN_FLIGHT = "queue.max.in.flight";
    private static final String LOCK = "queue.lock.duration.ms";
    private static final String DELIVERIES = "queue.delivery.count.limit";
    private static final String DRAIN = "drain.timeout.ms";
    private static final String MAX_MESSAGE = "topics.max.message.bytes";

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    BUNDLES,
                    ConfigDef.Type.LIST,
                    ConfigDef.NO_DEFAULT_VALUE,
                    Importance.HIGH,
                    "Directories of the bundles to serve, separated by commas. The first serves events that name"
                            + " none. All workers of a group must serve the same.")
            .define(
                    PROVIDER,
                    ConfigDef.Type.STRING,
                    "cpu",
                    ConfigDef.ValidString.in("cpu", "cuda"),
                    Importance.HIGH,
                    "What runs the graphs: cpu or cuda.")
            .define(
                    THREADS,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 1024),
                    Importance.MEDIUM,
                    "Threads of one operator on the CPU; 0: as many as there are cores.")
            .define(
                    DEVICES,
                    ConfigDef.Type.LIST,
                    "0",
                    new DeviceNumbers(),
                    Importance.MEDIUM,
                    "CUDA device numbers, separated by commas; each device gets the bundles and an owner of its own.")
            .define(
                    DEVICE_MEMORY,
                    ConfigDef.Type.LONG,
                    4L << 30,
                    Range.atLeast(1 << 20),
                    Importance.MEDIUM,
                    "Bytes that one session may take on the CUDA device.")
            .define(
                    ARENA,
                    ConfigDef.Type.STRING,
                    "kSameAsRequested",
                    ConfigDef.ValidString.in("kSameAsRequested", "kNextPowerOfTwo"),
                    Importance.LOW,
                    "How device memory grows: by what is asked for, or in powers of two (faster, takes more).")
            .define(
                    TF32,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    Importance.LOW,
                    "Whether the CUDA device may multiply with 10-bit mantissas (TF32): faster, and results differ more"
                            + " from the CPU's.")
            .define(
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
                    ConfigDef.ValidString.in("composed", "plain"),
                    Importance.LOW,
                    "How a step is computed: with guidance and update in the model's graph (composed), or outside of"
                            + " it (plain), to compare.")
            .define(
                    FORMAT,
                    ConfigDef.Type.STRING,
                    "png",
                    ConfigDef.ValidString.in("png", "jpeg"),
                    Importance.MEDIUM,
                    "Files that are written: png (lossless) or jpeg.")
            .define(
                    IMAGE_BYTES,
                    ConfigDef.Type.INT,
                    ImageLimits.DEFAULT.maxBytes(),
                    Range.atLeast(1),
                    Importance.MEDIUM,
                    "Largest source image file, in bytes.")
            .define(
                    IMAGE_PIXELS,
                    ConfigDef.Type.INT,
                    ImageLimits.DEFAULT.maxPixels(),
                    Range.atLeast(1),
                    Importance.MEDIUM,
                    "Most pixels of a source image; checked from the header, before decoding.")
            .define(
                    IMAGE_TIME,
                    ConfigDef.Type.LONG,
                    ImageLimits.DEFAULT.maxTime().toMillis(),
                    Range.atLeast(1),
                    Importance.LOW,
                    "Longest decoding of a source image.")
            .define(
                    ALLOWED,
                    ConfigDef.Type.LIST,
                    "",
                    Importance.HIGH,
                    "Where image references may point, separated by commas: folders (file:///DIR), prefixes in S3"
                            + " (s3://BUCKET/PREFIX) and on web servers (https://HOST/PREFIX). Empty: no reference is"
                            + " followed.")
            .define(
                    PRIVATE_ADDRESSES,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    Importance.MEDIUM,
                    "Whether references may lead to web servers at loopback, link-local, private and other addresses that"
                            + " are not public.")
            .define(
                    VARIATIONS_STORE,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.HIGH,
                    "Where variations go that are larger than variations.inline.max.bytes, as a file: or s3: URI of a"
                            + " folder; their records then hold a reference. None: all stay in their records.")
            .define(
                    VARIATIONS_INLINE,
                    ConfigDef.Type.INT,
                    512 * 1024,
                    Range.atLeast(0),
                    Importance.MEDIUM,
                    "Largest variation, in bytes, that stays in its record where variations.store is set.")
            .define(
                    TOKEN_CACHE,
                    ConfigDef.Type.LONG,
                    32L << 20,
                    Range.atLeast(0),
                    Importance.LOW,
                    "Memory for encodings of sources, so that a source is encoded once.")
            .define(
                    QUEUE_TYPE,
                    ConfigDef.Type.STRING,
                    "share",
                    ConfigDef.ValidString.in("share", "consumer"),
                    Importance.HIGH,
                    "How workers share batches: a share group (share; any number of workers; Kafka 4.3 and newer) or a"
                            + " consumer group (consumer; at most as many workers as sampler-batches has partitions;"
                            + " Kafka 3 and newer). All workers of a group must agree.")
            .define(
                    GROUP,
                    ConfigDef.Type.STRING,
                    "semantica-samplers",
                    new ConfigDef.NonEmptyString(),
                    Importance.MEDIUM,
                    "Group of the fleet of workers. A name belongs to one type of queue on a cluster.")
            .define(
                    IN_FLIGHT,
                    ConfigDef.Type.INT,
                    4,
                    Range.between(1, 1000),
                    Importance.MEDIUM,
                    "Batches that a worker has at once; their variations take steps together.")
            .define(
                    LOCK,
                    ConfigDef.Type.LONG,
                    30_000L,
                    Range.between(1000, 3_600_000),
                    Importance.MEDIUM,
                    "How long a batch stays with a worker that has fallen silent. A working one renews its lock; of a"
                            + " consumer group it is the session timeout.")
            .define(
                    DELIVERIES,
                    ConfigDef.Type.INT,
                    10,
                    Range.between(2, 10),
                    Importance.MEDIUM,
                    "How often a batch is delivered at most; the last delivery reports the failure.")
            .define(
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

    /**
     * Reads the configuration, with the keys of {@link StoreConfig} beside its own.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a value is not of its type or out of range
     */
    public static WorkerConfig from(Map<String, String> settings) {
        Map<String, Object> values = CONFIG.parse(settings);
        return new WorkerConfig(
                list(values.get(BUNDLES)).stream().map(Path::of).toList(),
                providers(values),
                OnnxBundle.TickPath.valueOf(((String) values.get(TICK_PATH)).toUpperCase(Locale.ROOT)),
                new EngineConfig((Integer) values.get(MAX_ROWS), (Double) values.get(BULK_SHARE)),
                (Long) values.get(PENDING_BYTES),
                ImageEncoder.valueOf(((String) values.get(FORMAT)).toUpperCase(Locale.ROOT)),
                new ImageLimits(
                        (Integer) values.get(IMAGE_BYTES), (Integer) values.get(IMAGE_PIXELS), Duration.ofMillis((Long)
                                values.get(IMAGE_TIME))),
                list(values.get(ALLOWED)),
                (Long) values.get(TOKEN_CACHE),
                new Queue(
                        QueueType.valueOf(((String) values.get(QUEUE_TYPE)).toUpperCase(Locale.ROOT)),
                        (String) values.get(GROUP),
                        (Integer) values.get(IN_FLIGHT),
                        Duration.ofMillis((Long) values.get(LOCK)),
                        (Integer) values.get(DELIVERIES)),
                Duration.ofMillis((Long) values.get(DRAIN)),
                (Integer) values.get(MAX_MESSAGE),
                new Stores(
                        StoreConfig.from(settings),
                        folder((String) values.get(VARIATIONS_STORE)),
                        (Integer) values.get(VARIATIONS_INLINE),
                        (Boolean) values.get(PRIVATE_ADDRESSES)));
    }

    private static URI folder(String uri) {
        try {
            URI folder = uri == null ? null : URI.create(uri);
            if (folder == null || "file".equals(folder.getScheme()) || "s3".equals(folder.getScheme())) {
                return folder;
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException(VARIATIONS_STORE, uri, "is no URI");
        }
        throw new ConfigException(VARIATIONS_STORE, uri, "must be file:///DIR or s3://BUCKET/PREFIX");
    }

    private static List<ExecutionProvider> providers(Map<String, Object> values) {
        int threads = (Integer) values.get(THREADS);
        int perOperator = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        if (values.get(PROVIDER).equals("cpu")) {
            return List.of(ExecutionProvider.cpu(perOperator));
        }
        return list(values.get(DEVICES)).stream()
                .map(device -> ExecutionProvider.cuda(
                        perOperator,
                        new CudaDevice(
                                Integer.parseInt(device),
                                (Long) values.get(DEVICE_MEMORY),
                                (String) values.get(ARENA),
                                (Boolean) values.get(TF32))))
                .toList();
    }

    /** Numbers from 0, each once. */
    private static final class DeviceNumbers implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            List<String> devices = list(value);
            if (devices.isEmpty()
                    || devices.stream().distinct().count() < devices.size()
                    || !devices.stream().allMatch(device -> device.matches("[0-9]{1,4}"))) {
                throw new ConfigException(name, value, "must be device numbers from 0, each once, for example 0,1");
            }
        }

        @Override
        public String toString() {
            return "device numbers from 0, each once";
        }
    }

    private static List<String> list(Object value) {
        return ((List<?>) value).stream().map(String.class::cast).toList();
    }
}
