package dev.semantica.connectors.source;

import dev.semantica.connectors.storage.Storage;
import dev.semantica.connectors.storage.StoredFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Looks at a tree again and again and tells which files are new or have changed, once they have settled. */
final class Watch {

    /** What was seen of a file, and since when it looks like that. */
    private record Seen(StoredFile file, long sinceMs) {}

    private final Storage storage;
    private final Predicate<StoredFile> wanted;
    private final long settleMs;
    private final Clock clock;
    private final Map<String, StoredFile> taken = new HashMap<>();
    private Map<String, Seen> listed = Map.of();

    /**
     * Makes a watch that has seen nothing yet.
     *
     * @param wanted which files count
     * @param settle a file must look the same for this long before it is taken
     */
    Watch(Storage storage, Predicate<StoredFile> wanted, Duration settle, Clock clock) {
        this.storage = storage;
        this.wanted = wanted;
        this.settleMs = storage.showsUnfinishedFiles() ? settle.toMillis() : 0;
        this.clock = clock;
    }

    /** Which files end in one of these, ignoring case. */
    static Predicate<StoredFile> endingIn(Collection<String> extensions) {
        Set<String> known = Set.copyOf(extensions);
        return file -> {
            int dot = file.name().lastIndexOf('.');
            return known.contains(file.name().substring(dot + 1).toLowerCase(Locale.ROOT));
        };
    }

    /** Looks at the tree now. Returns the settled files that were not taken yet as they are, sorted by name. */
    List<StoredFile> look() throws IOException {
        long now = clock.millis();
        Map<String, Seen> before = listed;
        Map<String, Seen> current = new TreeMap<>();
        storage.list("", file -> {
            if (wanted.test(file)) {
                Seen seen = before.get(file.name());
                boolean unchanged = seen != null && seen.file().equals(file);
                current.put(file.name(), unchanged ? seen : new Seen(file, now));
            }
        });
        listed = current;
        taken.keySet().retainAll(current.keySet());
        return current.values().stream()
                .filter(seen -> now - seen.sinceMs() >= settleMs)
                .map(Seen::file)
                .filter(file -> !file.equals(taken.get(file.name())))
                .toList();
    }

    /** The file needs no more attention until it changes. */
    void take(StoredFile file) {
        taken.put(file.name(), file);
    }

    /** Whether the last look found a file of this name. */
    boolean exists(String name) {
        return listed.containsKey(name);
    }
}
