package dev.semantica.schemas;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** What a topic is for. The wire name is the topic's name before prefix and remap. */
public enum TopicRole {
    /** Images of which variations are wanted. */
    IMAGE_EVENTS("image-events", 7, false),
    /** Cancel and close. */
    REQUEST_CONTROLS("request-controls", 7, false),
    /** The samplers' work queue. */
    SAMPLER_BATCHES("sampler-batches", 7, false),
    /** Results of the samplers, at least once. */
    SAMPLER_RESULTS("sampler-results", 7, false),
    /** Variations, each once. */
    VARIATIONS("variations", 7, false),
    /** What could not be made, and why. */
    VARIATION_FAILURES("variation-failures", 7, false),
    /** The latest status of every request. */
    REQUEST_STATUS("request-status", 30, true),
    /** Records that could not be read or processed. */
    DEAD_LETTERS("dead-letters", 30, false);

    private static final long DAY_MS = 86_400_000L;

    private final String wireName;
    private final int retentionDays;
    private final boolean compacted;

    TopicRole(String wireName, int retentionDays, boolean compacted) {
        this.wireName = wireName;
        this.retentionDays = retentionDays;
        this.compacted = compacted;
    }

    /** The topic's name before prefix and remap, for example {@code image-events}. */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether the topic must have exactly as many partitions as {@link #IMAGE_EVENTS}: a result goes back to the
     * partition that its image came from.
     */
    public boolean partitionedLikeImageEvents() {
        return this == SAMPLER_RESULTS;
    }

    /** Topic configs that the role needs beside {@code max.message.bytes}. */
    public Map<String, String> configs() {
        return Map.of(
                "cleanup.policy",
                compacted ? "compact,delete" : "delete",
                "retention.ms",
                Long.toString(retentionDays * DAY_MS));
    }

    /** Finds the role with the given wire name. */
    public static Optional<TopicRole> byWireName(String wireName) {
        return Arrays.stream(values())
                .filter(role -> role.wireName.equals(wireName))
                .findFirst();
    }
}
