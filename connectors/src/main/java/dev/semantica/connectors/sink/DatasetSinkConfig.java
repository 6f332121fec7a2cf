package dev.semantica.connectors.sink;

import dev.semantica.connectors.config.Choices;
import dev.semantica.connectors.config.KeyGroup;
import dev.semantica.connectors.dataset.DatasetFormat;
import dev.semantica.store.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * What a dataset sink does.
 *
 * @param location where the dataset grows
 * @param format how it lies in files
 * @param partitioning what its folders are
 * @param rotation when a chunk is complete
 * @param spoolDirectory where unfinished chunks lie
 * @param references which images outside of Kafka are fetched
 * @param retryBackoff wait before another try when a location does not answer
 */
record DatasetSinkConfig(
        String location,
        DatasetFormat format,
        Partitioning partitioning,
        Rotation rotation,
        Path spoolDirectory,
        References references,
        Duration retryBackoff) {

    /** What decides the folder of an example. */
    enum Partitioning {
        NONE,
        LABEL,
        REQUEST
    }

    /** Whose time passes. */
    enum RotationClock {
        WALL,
        RECORD
    }

    /**
     * When a chunk is complete: whichever comes first.
     *
     * @param records examples in it
     * @param bytes bytes of images in it
     * @param interval time since its first example
     * @param clock whose time
     */
    record Rotation(int records, long bytes, Duration interval, RotationClock clock) {}

    /**
     * Which images outside of Kafka are fetched.
     *
     * @param allowed beginnings of their addresses
     * @param maxBytes larger ones are not
     */
    record References(List<String> allowed, int maxBytes) {}

    static final String LOCATION = "dataset.location";
    private static final String FORMAT = "dataset.format";
    private static final String PARTITION_BY = "dataset.partition.by";
    private static final String RECORDS = "rotate.records";
    private static final String BYTES = "rotate.bytes";
    private static final String INTERVAL = "rotate.interval.ms";
    private static final String CLOCK = "rotate.clock";
    private static final String SPOOL = "spool.directory";
    private static final String ALLOWED = "reference.allowed";
    private static final String MAX_BYTES = "reference.max.bytes";
    private static final String BACKOFF = "retry.backoff.ms";

    static final ConfigDef CONFIG = define();

    private static ConfigDef define() {
        ConfigDef config = new ConfigDef();
        new KeyGroup(config, "Dataset")
                .key(
                        LOCATION,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "Where the dataset grows: a folder (/data/variations or file:///data/variations), or"
                                + " s3://BUCKET/PREFIX. One connector a location.")
                .key(
                        FORMAT,
                        ConfigDef.Type.STRING,
                        Choices.word(DatasetFormat.PARQUET),
                        Choices.of(DatasetFormat.class),
                        Importance.HIGH,
                        "imagefolder: image files with metadata.jsonl, a folder a chunk. webdataset: tar shards."
                                + " parquet: Parquet files whose column image Hugging Face's datasets decodes.")
                .key(
                        PARTITION_BY,
                        ConfigDef.Type.STRING,
                        Choices.word(Partitioning.NONE),
                        Choices.of(Partitioning.class),
                        Importance.MEDIUM,
                        "none: no folders. label, request: a folder for each.");
        new KeyGroup(config, "Rotation")
                .key(
                        RECORDS,
                        ConfigDef.Type.INT,
                        10_000,
                        Range.between(1, 10_000_000),
                        Importance.HIGH,
                        "A chunk of a topic partition is complete when it holds this many variations.")
                .key(
                        BYTES,
                        ConfigDef.Type.LONG,
                        256L << 20,
                        Range.between(1, 1L << 40),
                        Importance.HIGH,
                        "A chunk is complete when its images take this many bytes.")
                .key(
                        INTERVAL,
                        ConfigDef.Type.LONG,
                        600_000L,
                        Range.between(100, Long.MAX_VALUE / 2),
                        Importance.HIGH,
                        "A chunk is complete this long after its first variation. What is not complete is not visible.")
                .key(
                        CLOCK,
                        ConfigDef.Type.STRING,
                        Choices.word(RotationClock.WALL),
                        Choices.of(RotationClock.class),
                        Importance.LOW,
                        "wall: the worker's time. record: the records' timestamps; the end of a topic then becomes"
                                + " visible only when later records arrive.")
                .key(
                        SPOOL,
                        ConfigDef.Type.STRING,
                        System.getProperty("java.io.tmpdir"),
                        new ConfigDef.NonEmptyString(),
                        Importance.MEDIUM,
                        "Local directory for chunks that are not complete; needs room for one chunk a partition.");
        new KeyGroup(config, "Images by reference")
                .key(
                        ALLOWED,
                        ConfigDef.Type.LIST,
                        List.of(),
                        null,
                        Importance.MEDIUM,
                        "Beginnings of the URIs that variations may be fetched from, each ending in /. Others are bad"
                                + " records.")
                .key(
                        MAX_BYTES,
                        ConfigDef.Type.INT,
                        32 << 20,
                        Range.between(1, 1 << 30),
                        Importance.LOW,
                        "A fetched image with more bytes is a bad record.")
                .key(
                        BACKOFF,
                        ConfigDef.Type.LONG,
                        5_000L,
                        Range.between(1, 3_600_000),
                        Importance.LOW,
                        "Wait before another try when a location cannot be read or written.");
        // Connect itself waits for a store that does not answer.
        new KeyGroup(config, "Object store").keysOf(StoreConfig.CONFIG, name -> !name.contains("unavailable"));
        return config;
    }

    /**
     * Reads the settings.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one is not of its type or out of range
     */
    static DatasetSinkConfig from(Map<String, String> settings) {
        Map<String, Object> values = CONFIG.parse(settings);
        return new DatasetSinkConfig(
                (String) values.get(LOCATION),
                Choices.constant(DatasetFormat.class, values.get(FORMAT)),
                Choices.constant(Partitioning.class, values.get(PARTITION_BY)),
                new Rotation(
                        (Integer) values.get(RECORDS),
                        (Long) values.get(BYTES),
                        Duration.ofMillis((Long) values.get(INTERVAL)),
                        Choices.constant(RotationClock.class, values.get(CLOCK))),
                Path.of((String) values.get(SPOOL)),
                new References(
                        ((List<?>) values.get(ALLOWED))
                                .stream().map(Object::toString).toList(),
                        (Integer) values.get(MAX_BYTES)),
                Duration.ofMillis((Long) values.get(BACKOFF)));
    }

    /** What a replay must not change: how examples lie in files. */
    String layout() {
        return (format + "/" + partitioning).toLowerCase(Locale.ROOT);
    }
}
