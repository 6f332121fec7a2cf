package dev.semantica.sampler.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker that coordinates a share group, asked without a share consumer: those do not wait for it, they burn
 * ({@link Heartbeats}). Safe for use by all lanes of a queue; one of them asks at a time.
 */
final class Coordinator {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    /** How long an answer is waited for, and how long lanes share what was found. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ShareGroupConfig config;
    private final LongSupplier nanoTime;

    /** Guarded by this: when it was asked last, in {@link #nanoTime}'s nanoseconds; meaningless before the first time. */
    private long askedAt;

    /** Guarded by this. */
    private boolean asked;

    /** Guarded by this. */
    private boolean answered;

    Coordinator(ShareGroupConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
    }

    /** Whether it answers, or did so a moment ago. A refusal is an answer. */
    synchronized boolean answers() throws InterruptedException {
        if (!asked || nanoTime.getAsLong() - askedAt > PATIENCE.toNanos()) {
            answered = ask();
            askedAt = nanoTime.getAsLong();
            asked = true;
        }
        return answered;
    }

    private boolean ask() throws InterruptedException {
        var properties = new HashMap<String, Object>(config.clientProperties());
        properties.put("enable.metrics.push", "false");
        var options = new DescribeShareGroupsOptions().timeoutMs((int) PATIENCE.toMillis());
        try (var admin = Admin.create(properties)) {
            admin.describeShareGroups(List.of(config.groupId()), options).all().get();
            return true;
        } catch (ExecutionException e) {
            LOG.debug("Share group {} at {}: {}", config.groupId(), config.bootstrapServers(), e.toString());
            return !(e.getCause() instanceof RetriableException);
        } catch (KafkaException e) {
            // Names that cannot be resolved at the moment.
            LOG.debug("No client for {}: {}", config.bootstrapServers(), e.toString());
            return false;
        }
    }
}
