package dev.semantica.streams;

import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplingOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Collects the images of a partition by request and bundle, durably, until a batch is full. The store holds the images;
 * memory holds only the size of each group, and is rebuilt from the store.
 */
final class Batcher {

    /** Options, deadline, and the lengths of what has one: at most, in Avro's encoding. */
    private static final int NUMBERS = 160;

    private final StreamsAppConfig.Batching batching;
    private final int partition;
    private final KeyValueStore<String, BatchImage> pending;
    private final Map<String, Group> groups = new LinkedHashMap<>();

    /** Size of a group that waits. */
    private static final class Group {
        private int variations;
        private long bytes;
        private final long sinceMillis;
        private Priority priority = Priority.BULK;

        Group(long sinceMillis) {
            this.sinceMillis = sinceMillis;
        }

        void add(BatchImage image, Priority urgency) {
            variations += image.getOptions().getCount();
            bytes += Batcher.bytes(image);
            priority = urgency == Priority.INTERACTIVE ? urgency : priority;
        }
    }

    Batcher(ProcessorContext<?, ?> context, StreamsAppConfig.Batching batching) {
        this.batching = batching;
        this.partition = context.taskId().partition();
        this.pending = context.getStateStore(Stores.PENDING);
        long now = context.currentSystemTimeMs();
        try (KeyValueIterator<String, BatchImage> all = pending.all()) {
            all.forEachRemaining(entry -> groups.computeIfAbsent(Keys.groupOf(entry.key), key -> new Group(now))
                    .add(entry.value, Priority.BULK));
        }
    }

    /** Adds an image; sends the batch before it if it would not fit, and the batch with it if that is full then. */
    void add(ImageEvent event, BatchImage image, long offset, long now, boolean lastOfRequest, Sink sink) {
        String key = Keys.group(event.getRequestId(), image.getOptions().getBundle());
        Group group = groups.get(key);
        if (group != null && group.bytes + bytes(image) > batching.maxBytes()) {
            send(key, now, sink);
            group = null;
        }
        if (group == null) {
            group = new Group(now);
            groups.put(key, group);
        }
        pending.put(Keys.pending(key, offset), image);
        group.add(image, event.getPriority());
        if (group.variations >= batching.maxVariations() || group.bytes >= batching.maxBytes() || lastOfRequest) {
            send(key, now, sink);
        }
    }

    /** Sends every batch that has waited long enough. */
    void sendOverdue(long now, Sink sink) {
        for (String key : List.copyOf(groups.keySet())) {
            if (now - groups.get(key).sinceMillis >= batching.linger().toMillis()) {
                send(key, now, sink);
            }
        }
    }

    /** When the batch that has waited longest must be sent; empty if none waits. */
    OptionalLong firstOverdue() {
        return groups.values().stream()
                .mapToLong(group -> group.sinceMillis + batching.linger().toMillis())
                .findFirst();
    }

    /** Requests that have images waiting. */
    List<String> waitingRequests() {
        return groups.keySet().stream().map(Keys::requestOf).distinct().toList();
    }

    /** Takes out every waiting image of a request. */
    void drop(String requestId, BiConsumer<String, BatchImage> dropped) {
        for (String key : List.copyOf(groups.keySet())) {
            if (Keys.requestOf(key).equals(requestId)) {
                take(key).forEach((pendingKey, image) -> dropped.accept(requestId, image));
            }
        }
    }

    private void send(String key, long now, Sink sink) {
        Priority priority = groups.get(key).priority;
        Map<String, BatchImage> taken = take(key);
        String requestId = Keys.requestOf(key);
        long first = Keys.offsetOf(taken.keySet().iterator().next());
        List<BatchImage> images = new ArrayList<>();
        for (BatchImage image : taken.values()) {
            if (sink.stillWanted(requestId, image)) {
                images.add(image);
            }
        }
        if (!images.isEmpty()) {
            sink.send(new SamplerBatch(
                    requestId + ":" + partition + ":" + first,
                    requestId,
                    partition,
                    priority,
                    Instant.ofEpochMilli(now),
                    images));
        }
    }

    private Map<String, BatchImage> take(String key) {
        Map<String, BatchImage> taken = new LinkedHashMap<>();
        try (KeyValueIterator<String, BatchImage> range = pending.range(Keys.firstOf(key), Keys.lastOf(key))) {
            range.forEachRemaining(entry -> taken.put(entry.key, entry.value));
        }
        taken.keySet().forEach(pending::delete);
        groups.remove(key);
        return taken;
    }

    /** What an image takes in its batch, at most. */
    static long bytes(BatchImage image) {
        SamplingOptions options = image.getOptions();
        return NUMBERS
                + EventRules.utf8(image.getImageId())
                + imageBytes(image.getImage())
                + EventRules.utf8(options.getScheduler())
                + EventRules.utf8(options.getBundle())
                + EventRules.utf8(image.getTraceparent());
    }

    private static long imageBytes(Object image) {
        if (image instanceof InlineImage inline) {
            return inline.getData().remaining() + EventRules.utf8(inline.getMediaType());
        }
        ImageReference reference = (ImageReference) image;
        return EventRules.utf8(reference.getUri())
                + EventRules.utf8(reference.getSha256())
                + EventRules.utf8(reference.getMediaType());
    }

    /** Where batches go. */
    interface Sink {
        /** Whether an image still needs sampling; one that expired while it waited does not. */
        boolean stillWanted(String requestId, BatchImage image);

        void send(SamplerBatch batch);
    }
}
