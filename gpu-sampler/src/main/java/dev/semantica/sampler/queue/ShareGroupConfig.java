package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.Map;

/**
 * How a share group is used.
 *
 * @param topic the topic of the batches
 * @param groupId the group; every worker of one fleet has the same
 * @param maxInFlight most batches in this worker's hands
 * @param lockDuration how long a silent worker keeps a batch
 * @param deliveryLimit how often a batch is delivered at most
 * @param client configuration of consumer and admin client, with bootstrap.servers
 */
public record ShareGroupConfig(
        String topic,
        String groupId,
        int maxInFlight,
        Duration lockDuration,
        int deliveryLimit,
        Map<String, Object> client) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is exceeded
     */
    public ShareGroupConfig {
        client = Map.copyOf(client);
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight must be at least 1, but is " + maxInFlight);
        }
        if (deliveryLimit < 2) {
            throw new IllegalArgumentException("deliveryLimit must be at least 2, but is " + deliveryLimit
                    + ": the last delivery is for reporting the failure");
        }
        if (lockDuration.toMillis() < 1000) {
            throw new IllegalArgumentException("lockDuration must be at least 1 s, but is " + lockDuration);
        }
    }
}
