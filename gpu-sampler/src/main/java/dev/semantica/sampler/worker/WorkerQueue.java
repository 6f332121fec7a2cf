package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.BatchQueue;
import dev.semantica.sampler.queue.ConsumerGroupBatchQueue;
import dev.semantica.sampler.queue.ConsumerGroupConfig;
import dev.semantica.sampler.queue.LostDeliveryListener;
import dev.semantica.sampler.queue.ShareGroupBatchQueue;
import dev.semantica.sampler.queue.ShareGroupConfig;
import java.util.Map;

/** Opens the kind of queue that is configured. */
final class WorkerQueue {

    private WorkerQueue() {}

    static BatchQueue open(
            String topic, WorkerConfig.Queue config, Map<String, String> client, LostDeliveryListener losses)
            throws InterruptedException {
        return switch (config.type()) {
            case SHARE ->
                ShareGroupBatchQueue.open(
                        new ShareGroupConfig(
                                topic,
                                config.groupId(),
                                config.maxInFlight(),
                                config.lockDuration(),
                                config.deliveryLimit(),
                                client),
                        losses);
            case CONSUMER ->
                ConsumerGroupBatchQueue.open(
                        new ConsumerGroupConfig(
                                topic,
                                config.groupId(),
                                config.maxInFlight(),
                                config.lockDuration(),
                                config.deliveryLimit(),
                                client),
                        losses);
        };
    }
}
