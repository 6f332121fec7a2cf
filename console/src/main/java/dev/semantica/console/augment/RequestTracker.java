package dev.semantica.console.augment;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts what of a request has ended. Results may come before the count of their image is known to be submitted. */
final class RequestTracker {

    private final Map<String, BitSet> outstanding = new HashMap<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private int outstandingVariations;
    private int made;
    private int failed;
    private boolean submitted;

    /** Expects the given indexes of an image. */
    synchronized void expect(String imageId, int firstIndex, int count) {
        BitSet indexes = new BitSet(firstIndex + count);
        indexes.set(firstIndex, firstIndex + count);
        outstanding.put(imageId, indexes);
        outstandingVariations += count;
    }

    /** Nothing more will be expected. */
    synchronized void allSubmitted() {
        submitted = true;
    }

    /** A variation arrived; one that was not expected, or arrived before, does not count. */
    synchronized boolean made(String imageId, int index) {
        boolean counts = end(imageId, index);
        if (counts) {
            made++;
        }
        return counts;
    }

    /** Variations failed: the given one, or all outstanding ones of the image if index is null. */
    synchronized int failed(String imageId, Integer index, String reason) {
        int count = 0;
        if (index == null) {
            BitSet indexes = outstanding.remove(imageId);
            count = indexes == null ? 0 : indexes.cardinality();
            outstandingVariations -= count;
        } else if (end(imageId, index)) {
            count = 1;
        }
        if (count > 0) {
            failures.merge(reason, count, Integer::sum);
            failed += count;
        }
        return count;
    }

    /** Whether everything was submitted and has ended. */
    synchronized boolean complete() {
        return submitted && outstandingVariations == 0;
    }

    /** Variations that arrived. */
    synchronized int made() {
        return made;
    }

    /** Variations that failed. */
    synchronized int failed() {
        return failed;
    }

    /** Failed variations by reason. */
    synchronized Map<String, Integer> failures() {
        return new TreeMap<>(failures);
    }

    private boolean end(String imageId, int index) {
        BitSet indexes = outstanding.get(imageId);
        if (indexes == null || !indexes.get(index)) {
            return false;
        }
        indexes.clear(index);
        outstandingVariations--;
        if (indexes.isEmpty()) {
            outstanding.remove(imageId);
        }
        return true;
    }
}
