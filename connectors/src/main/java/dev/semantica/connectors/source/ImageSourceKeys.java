package dev.semantica.connectors.source;

import dev.semantica.connectors.config.Choices;
import dev.semantica.connectors.config.KeyGroup;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.TopicRole;
import dev.semantica.store.StoreConfig;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/** The settings of an image source, with types, defaults, ranges and documentation. */
final class ImageSourceKeys {

    static final String LOCATION = "images.location";
    static final String EXTENSIONS = "images.extensions";
    static final String SETTLE = "images.settle.ms";
    static final String SCAN_INTERVAL = "images.scan.interval.ms";
    static final String IMAGE_BYTES = "images.max.bytes";
    static final String INLINE_BYTES = "images.inline.max.bytes";
    static final String LABEL_FROM = "label.from";
    static final String MANIFEST_NAME = "label.manifest.name";
    static final String MANIFEST_LABEL = "label.manifest.field";
    static final String TOPIC = "topic";
    static final String RATE = "rate.limit.per.second";
    static final String BATCH_IMAGES = "batch.max.images";
    static final String BATCH_BYTES = "batch.max.bytes";
    static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";
    static final String REQUEST_ID = "request.id";
    static final String REQUEST_SCOPE = "request.scope";
    static final String REQUEST_IMAGES = "request.images";
    static final String IMAGE_ID = "request.image.id";
    static final String COUNT = "sampling.count";
    static final String SEED = "sampling.seed";
    static final String GUIDANCE = "sampling.guidance.scale";
    static final String STEPS = "sampling.steps";
    static final String SCHEDULER = "sampling.scheduler";
    static final String BUNDLE = "sampling.bundle";
    static final String PRIORITY = "sampling.priority";

    private static final Choices SCHEDULERS =
            new Choices(List.of("ddim", "ddpm", "euler", "dpmpp-2m"), null, List.of());

    static final ConfigDef CONFIG = define();

    private ImageSourceKeys() {}

    private static ConfigDef define() {
        ConfigDef config = new ConfigDef();
        files(new KeyGroup(config, "Images"));
        labels(new KeyGroup(config, "Labels"));
        output(new KeyGroup(config, "Output"));
        request(new KeyGroup(config, "Request"));
        sampling(new KeyGroup(config, "Sampling"));
        // Connect itself waits for a store that does not answer.
        new KeyGroup(config, "Object store").keysOf(StoreConfig.CONFIG, name -> !name.contains("unavailable"));
        return config;
    }

    private static void files(KeyGroup group) {
        group.key(
                        LOCATION,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "Where the images are: a folder (/data/images or file:///data/images), or s3://BUCKET/PREFIX."
                                + " Files and folders whose names begin with a dot are left out.")
                .key(
                        EXTENSIONS,
                        ConfigDef.Type.LIST,
                        List.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"),
                        null,
                        Importance.LOW,
                        "Endings of the names of images, in lower case; other files are left out.")
                .key(
                        SETTLE,
                        ConfigDef.Type.LONG,
                        2_000L,
                        Range.between(0, 86_400_000L),
                        Importance.MEDIUM,
                        "A file in a folder is taken when its size and time have not changed for this long. Objects in"
                                + " S3 appear whole and are taken at once.")
                .key(
                        SCAN_INTERVAL,
                        ConfigDef.Type.LONG,
                        5_000L,
                        Range.between(10, 86_400_000L),
                        Importance.MEDIUM,
                        "Time from one look at the location to the next.")
                .key(
                        INLINE_BYTES,
                        ConfigDef.Type.INT,
                        512 * 1024,
                        Range.between(0, 1 << 30),
                        Importance.HIGH,
                        "A file of at most this many bytes is carried in the record; a larger one goes as its URI,"
                                + " size and SHA-256, and the samplers must be allowed to read it (reference.allowed)."
                                + " Keep it below max.request.size of the producer and max.message.bytes of the topic.")
                .key(
                        IMAGE_BYTES,
                        ConfigDef.Type.INT,
                        32 << 20,
                        Range.between(1, 1 << 30),
                        Importance.MEDIUM,
                        "A file with more bytes is a bad file.");
    }

    private static void labels(KeyGroup group) {
        group.key(
                        LABEL_FROM,
                        ConfigDef.Type.STRING,
                        Choices.word(ImageSourceConfig.LabelFrom.FOLDER),
                        Choices.of(ImageSourceConfig.LabelFrom.class),
                        Importance.HIGH,
                        "folder: the path of a file's folder below the location. manifest: what the manifests say; only"
                                + " files that a manifest names are sent. none: no labels.")
                .keyWith(
                        MANIFEST_NAME,
                        ConfigDef.Type.STRING,
                        "metadata.jsonl",
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "Name of the manifests, in any folder: a line of JSON an image, with file_name (relative to the"
                                + " manifest) and the label; its other fields become attributes.",
                        LABEL_FROM,
                        "manifest")
                .keyWith(
                        MANIFEST_LABEL,
                        ConfigDef.Type.STRING,
                        "label",
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "The field of a manifest that holds the label.",
                        LABEL_FROM,
                        "manifest");
    }

    private static void output(KeyGroup group) {
        group.key(
                        TOPIC,
                        ConfigDef.Type.STRING,
                        TopicRole.IMAGE_EVENTS.wireName(),
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "Topic of the image events.")
                .key(
                        RATE,
                        ConfigDef.Type.DOUBLE,
                        0.0,
                        Range.between(0, 1_000_000),
                        Importance.MEDIUM,
                        "Images a second that the connector sends, shared evenly by its tasks; 0 means no limit.")
                .key(
                        BATCH_IMAGES,
                        ConfigDef.Type.INT,
                        100,
                        Range.between(1, 100_000),
                        Importance.LOW,
                        "Images that a task reads before it hands them to Connect.")
                .key(
                        BATCH_BYTES,
                        ConfigDef.Type.LONG,
                        8L << 20,
                        Range.between(1, 1L << 30),
                        Importance.LOW,
                        "Bytes of images that a task reads before it hands them to Connect; one image may exceed it.")
                .key(
                        DEAD_LETTERS,
                        ConfigDef.Type.STRING,
                        "",
                        null,
                        Importance.MEDIUM,
                        "With errors.tolerance=all: topic where bad files are reported, a record each with the file's"
                                + " name as key and __connect.errors.* headers. Empty: the log only.");
    }

    private static void request(KeyGroup group) {
        group.key(
                        REQUEST_ID,
                        ConfigDef.Type.STRING,
                        "",
                        null,
                        Importance.MEDIUM,
                        "Id of the request that the images belong to. Empty: the connector's name.")
                .key(
                        REQUEST_SCOPE,
                        ConfigDef.Type.STRING,
                        Choices.word(ImageSourceConfig.RequestScope.CONNECTOR),
                        Choices.of(ImageSourceConfig.RequestScope.class),
                        Importance.MEDIUM,
                        "connector: one request for all images. folder: one for each folder, with /FOLDER after the id.")
                .keyWith(
                        REQUEST_IMAGES,
                        ConfigDef.Type.INT,
                        null,
                        AtLeastOne.INSTANCE,
                        Importance.LOW,
                        "How many images the request holds, if that is known: the request completes when they ended."
                                + " Without it, send a CLOSE to request-controls.",
                        REQUEST_SCOPE,
                        "connector")
                .key(
                        IMAGE_ID,
                        ConfigDef.Type.STRING,
                        Choices.word(ImageSourceConfig.ImageId.PATH_DIGEST),
                        Choices.of(ImageSourceConfig.ImageId.class),
                        Importance.LOW,
                        "path-digest: a file's path below the location, # and 12 digits of its SHA-256, so that a file"
                                + " with new content is a new image. path: the path alone; a file with new content is"
                                + " then a duplicate within its request.");
    }

    private static void sampling(KeyGroup group) {
        group.key(
                        COUNT,
                        ConfigDef.Type.INT,
                        1,
                        Range.between(1, 1_000_000),
                        Importance.HIGH,
                        "Variations of each image.")
                .key(
                        SEED,
                        ConfigDef.Type.LONG,
                        null,
                        null,
                        Importance.MEDIUM,
                        "Each image's seed is derived from this and its id. Unset: derived from the id alone.")
                .key(
                        GUIDANCE,
                        ConfigDef.Type.DOUBLE,
                        null,
                        null,
                        Importance.MEDIUM,
                        "Classifier-free guidance scale; 1 means no guidance. Unset: the bundle's.")
                .key(
                        STEPS,
                        ConfigDef.Type.INT,
                        null,
                        AtLeastOne.INSTANCE,
                        Importance.MEDIUM,
                        "Denoising steps. Unset: the bundle's.")
                .key(
                        SCHEDULER,
                        ConfigDef.Type.STRING,
                        null,
                        SCHEDULERS,
                        Importance.MEDIUM,
                        "Scheduler. Unset: the bundle's.")
                .key(
                        BUNDLE,
                        ConfigDef.Type.STRING,
                        null,
                        null,
                        Importance.MEDIUM,
                        "Name of the bundle to sample with. Unset: the workers' first.")
                .key(
                        PRIORITY,
                        ConfigDef.Type.STRING,
                        Choices.word(Priority.BULK),
                        Choices.of(Priority.class),
                        Importance.LOW,
                        "How urgent the images are.");
    }

    /** For keys that may be left unset, where {@link Range} would refuse null. */
    private enum AtLeastOne implements ConfigDef.Validator {
        INSTANCE;

        @Override
        public void ensureValid(String name, Object value) {
            if (value instanceof Integer number && number < 1) {
                throw new org.apache.kafka.common.config.ConfigException(name, value, "Expected at least 1");
            }
        }

        @Override
        public String toString() {
            return "[1,...]";
        }
    }
}
