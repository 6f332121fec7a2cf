package dev.semantica.sampler.worker;

import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.store.StoreConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/** The keys that say where images come from and go to beside the topics, and what a source may cost. */
final class ImageKeys {

    private static final String IMAGE_BYTES = "image.max.bytes";
    private static final String IMAGE_PIXELS = "image.max.pixels";
    private static final String IMAGE_TIME = "image.decode.timeout.ms";
    private static final String ALLOWED = "reference.allowed";
    private static final String PRIVATE_ADDRESSES = "reference.private.addresses";
    private static final String VARIATIONS_STORE = "variations.store";
    private static final String VARIATIONS_INLINE = "variations.inline.max.bytes";

    private ImageKeys() {}

    static void define(ConfigDef keys) {
        keys.define(
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
                        "Largest variation, in bytes, that stays in its record where variations.store is set.");
    }

    static ImageLimits limits(Map<String, Object> values) {
        return new ImageLimits(
                (Integer) values.get(IMAGE_BYTES), (Integer) values.get(IMAGE_PIXELS), Duration.ofMillis((Long)
                        values.get(IMAGE_TIME)));
    }

    static List<String> allowedReferences(Map<String, Object> values) {
        return ((List<?>) values.get(ALLOWED)).stream().map(String.class::cast).toList();
    }

    static WorkerConfig.Stores stores(Map<String, Object> values, StoreConfig access) {
        return new WorkerConfig.Stores(
                access,
                folder((String) values.get(VARIATIONS_STORE)),
                (Integer) values.get(VARIATIONS_INLINE),
                (Boolean) values.get(PRIVATE_ADDRESSES));
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
}
