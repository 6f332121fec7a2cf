package dev.semantica.training.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that must be the same for a stage to go on.
 *
 * @param digest names it; checkpoints and caches carry it
 * @param settings what the digest was made of, so that a difference can be told
 */
record StageKey(String digest, SortedMap<String, String> settings) {

    /** The setting that holds the digest of the bundle that a network starts from. */
    static final String START = "the bundle it starts from";

    private static final int MOST_SHOWN = 80;

    /** Copies the settings. */
    StageKey {
        settings = new TreeMap<>(settings);
    }

    /** Digest of the bundle that it starts from, if it does. */
    Optional<String> start() {
        return Optional.ofNullable(settings.get(START));
    }

    /** What is otherwise there than here, a phrase a setting. */
    List<String> differences(Map<String, String> there) {
        TreeSet<String> names = new TreeSet<>(settings.keySet());
        names.addAll(there.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String old = there.get(name);
            String now = settings.get(name);
            if (old == null) {
                differences.add(name + " is " + shortened(now) + " now, and was not known there");
            } else if (now == null) {
                differences.add(name + " was " + shortened(old) + " there, and is not known any more");
            } else if (!old.equals(now)) {
                differences.add(name + " was " + shortened(old) + " there and is " + shortened(now) + " now");
            }
        }
        return differences;
    }

    private static String shortened(String value) {
        return value.length() <= MOST_SHOWN ? value : value.substring(0, MOST_SHOWN) + "…";
    }
}
