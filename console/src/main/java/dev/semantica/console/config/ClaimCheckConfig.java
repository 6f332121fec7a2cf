package dev.semantica.console.config;

import dev.semantica.store.StoreConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/**
 * What commands put into stores, and what they take out.
 *
 * @param access how stores are reached
 * @param sources folder of the source images that are too large for their records; null: none may be
 * @param inlineMaxBytes largest source image that stays in its record where there is such a folder
 * @param variations folder that references of variations may lead to; null: none
 */
public record ClaimCheckConfig(StoreConfig access, URI sources, int inlineMaxBytes, URI variations) {

    /** Prefix of the keys that belong to the stores. */
    public static final List<String> STORE_PREFIXES = List.of("store.");

    private static final String SOURCES_STORE = "sources.store";
    private static final String SOURCES_INLINE = "sources.inline.max.bytes";
    private static final String VARIATIONS_STORE = "variations.store";

    /** The keys of what is put in, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    SOURCES_STORE,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.HIGH,
                    "Where augment and submit put source images that are larger than sources.inline.max.bytes, as a file:"
                            + " or s3: URI of a folder; the workers need it in reference.allowed. None: all go in"
                            + " their records.")
            .define(
                    SOURCES_INLINE,
                    ConfigDef.Type.INT,
                    512 * 1024,
                    Range.atLeast(0),
                    Importance.MEDIUM,
                    "Largest source image, in bytes, that goes in its record where sources.store is set.");

    /** Reads the configuration. */
    static ClaimCheckConfig from(Settings settings) {
        Map<String, Object> values = CONFIG.parse(settings.select(CONFIG, List.of()));
        return new ClaimCheckConfig(
                StoreConfig.from(settings.select(StoreConfig.CONFIG, STORE_PREFIXES)),
                folder(SOURCES_STORE, (String) values.get(SOURCES_STORE)),
                (Integer) values.get(SOURCES_INLINE),
                folder(
                        VARIATIONS_STORE,
                        settings.select(new ConfigDef(), List.of(VARIATIONS_STORE))
                                .get(VARIATIONS_STORE)));
    }

    private static URI folder(String key, String uri) {
        try {
            URI folder = uri == null ? null : URI.create(uri);
            if (folder == null || "file".equals(folder.getScheme()) || "s3".equals(folder.getScheme())) {
                return folder;
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, uri, "is no URI");
        }
        throw new ConfigException(key, uri, "must be file:///DIR or s3://BUCKET/PREFIX");
    }
}
