package dev.semantica.sampler.worker;

import dev.semantica.sampler.engine.Condition;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Encodings of sources by digest; the least recently used go first. For several threads. */
final class TokenCache {

    private final long maxBytes;
    private final Map<String, Condition> conditions = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    TokenCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized Condition get(String key) {
        return conditions.get(key);
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized void put(String key, Condition condition) {
        Condition replaced = conditions.put(key, condition);
        bytes += condition.bytes() - (replaced == null ? 0 : replaced.bytes());
        Iterator<Condition> eldest = conditions.values().iterator();
        while (bytes > maxBytes && eldest.hasNext()) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }
}
