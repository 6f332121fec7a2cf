package dev.semantica.sampler.queue;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far a group has come with a partition: everything before an offset is done, but for some records whose deliveries
 * are counted. It is kept where the group's offsets are: as offset, that of the first record that is not done; in the
 * commit's metadata, the rest. So whoever gets the partition next, also after a crash, neither does again what was done
 * out of order nor forgets how often a record has failed.
 */
final class PartitionProgress {

    private static final String VERSION = "1";

    /** Offset of the first record that was never delivered. */
    private long next;
    /** Deliveries so far of the records before that which are not done, by offset. */
    private final TreeMap<Long, Integer> deliveries = new TreeMap<>();
    /** Those of them that were taken up and not read again yet. */
    private final TreeSet<Long> unread = new TreeSet<>();

    /** Nothing was delivered from this offset on. */
    PartitionProgress(long next) {
        this.next = next;
    }

    /**
     * Takes up what a group has committed.
     *
     * @throws IllegalArgumentException if the metadata are none of ours; what was done out of order then comes again
     */
    static PartitionProgress of(OffsetAndMetadata committed) {
        PartitionProgress progress = new PartitionProgress(committed.offset());
        if (!committed.metadata().isEmpty()) {
            progress.read(committed.metadata());
        }
        return progress;
    }

    /** Form: {@code version;next;offset:deliveries,…}, offsets as distances from the committed one. */
    private void read(String metadata) {
        String[] parts = metadata.split(";", -1);
        if (parts.length != 3 || !parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("Expected metadata of version " + VERSION + ", found " + metadata);
        }
        long base = next;
        long ahead = Long.parseLong(parts[1]);
        Map<Long, Integer> read = new TreeMap<>();
        for (String entry : parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1)) {
            String[] pair = entry.split(":", -1);
            if (pair.length != 2) {
                throw new IllegalArgumentException("Metadata are malformed: " + metadata);
            }
            long distance = Long.parseLong(pair[0]);
            int count = Integer.parseInt(pair[1]);
            if (distance < 0 || distance >= ahead || count < 0) {
                throw new IllegalArgumentException("Metadata contradict themselves: " + metadata);
            }
            read.put(base + distance, count);
        }
        next = base + ahead;
        deliveries.putAll(read);
        unread.addAll(read.keySet());
    }

    /** Where reading begins, and what the group commits. */
    OffsetAndMetadata commit() {
        long base = offset();
        StringBuilder metadata =
                new StringBuilder(VERSION).append(';').append(next - base).append(';');
        String separator = "";
        for (Map.Entry<Long, Integer> entry : deliveries.entrySet()) {
            metadata.append(separator).append(entry.getKey() - base).append(':').append(entry.getValue());
            separator = ",";
        }
        return new OffsetAndMetadata(base, metadata.toString());
    }

    /** Offset of the first record that is not done. */
    long offset() {
        return deliveries.isEmpty() ? next : deliveries.firstKey();
    }

    /**
     * Notes that the record at this offset was read, and says whether it is still to be done. Records are read in order:
     * one that should have come before is gone from the topic.
     */
    boolean read(long offset) {
        while (!unread.isEmpty() && unread.first() < offset) {
            deliveries.remove(unread.pollFirst());
        }
        unread.remove(offset);
        return offset >= next || deliveries.containsKey(offset);
    }

    /** Records a delivery and returns the how manieth it is, from 1. */
    int deliver(long offset) {
        next = Math.max(next, offset + 1);
        return deliveries.merge(offset, 1, Integer::sum);
    }

    /** Takes a delivery back that nobody has seen. */
    void undeliver(long offset) {
        deliveries.computeIfPresent(offset, (key, count) -> count - 1);
    }

    void done(long offset) {
        deliveries.remove(offset);
    }

    /** The partition's oldest record is this one: what was before it is gone. */
    void startsAt(long offset) {
        deliveries.headMap(offset).clear();
        unread.headSet(offset).clear();
        next = Math.max(next, offset);
    }
}
