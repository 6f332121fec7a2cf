package dev.semantica.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How often threads died of a task since it last got on. A thread that runs is no progress: the record that kills it comes
 * a moment later. A committed offset beyond all before is.
 */
final class Replacements {

    private final int most;
    private final Map<String, Integer> deaths = new HashMap<>();
    private final Map<String, Map<TopicPartition, Long>> reached = new HashMap<>();

    Replacements(int most) {
        this.most = most;
    }

    /**
     * Counts a death; returns whether the thread is to be replaced.
     *
     * @param task that it died of; empty if none is to blame
     * @param committed offsets of the task, or without one of all tasks
     */
    synchronized boolean allow(String task, Map<TopicPartition, Long> committed) {
        Map<TopicPartition, Long> before = reached.computeIfAbsent(task, key -> new HashMap<>());
        boolean progress = false;
        for (var offset : committed.entrySet()) {
            if (offset.getValue() > before.getOrDefault(offset.getKey(), -1L)) {
                before.put(offset.getKey(), offset.getValue());
                progress = true;
            }
        }
        int inARow = progress ? 1 : deaths.getOrDefault(task, 0) + 1;
        deaths.put(task, inARow);
        return inARow <= most;
    }
}
