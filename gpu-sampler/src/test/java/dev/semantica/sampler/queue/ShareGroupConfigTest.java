package dev.semantica.sampler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShareGroupConfigTest {
    @Test
    void everythingWrongIsSaidAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ShareGroupConfig(" ", null, 0, Duration.ZERO, 1, Map.of("max.poll.records", "5")))
                .withMessageContainingAll(
                        "topic",
                        "groupId",
                        "maxInFlight",
                        "recordLock",
                        "deliveryLimit",
                        "bootstrap.servers",
                        "[max.poll.records]");
    }

    @Test
    void defaultsLeaveRoomForCrashesAndSlowness() {
        var config = ShareGroupConfig.of("localhost:9092", "sampler-batches", "samplers", 4);
        assertThat(config.groupSettings())
                .containsEntry("share.auto.offset.reset", "earliest")
                .containsEntry("share.isolation.level", "read_committed")
                .containsEntry("share.record.lock.duration.ms", "30000")
                .containsEntry("share.delivery.count.limit", "10");
    }
}
