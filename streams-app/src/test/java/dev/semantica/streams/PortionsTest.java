package dev.semantica.streams;

import static dev.semantica.streams.TopologyFixture.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.RequestStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Much that is due at once is done in portions, each small enough for a transaction. */
class PortionsTest {

    private static final int MANY = 2_500;
    private static final Duration MOMENT = Duration.ofMillis(2);

    @TempDir
    Path directory;

    @Test
    void manyTimersFireInPortionsOneAfterTheOther() {
        try (TopologyFixture topology = new TopologyFixture(directory, Map.of("request.timeout.ms", "600000"))) {
            for (int i = 0; i < MANY; i++) {
                topology.send(event("r", "image " + i)
                        .setDeadline(TopologyFixture.START.plusSeconds(5))
                        .build());
            }
            topology.advance(Duration.ofSeconds(6));
            assertThat(topology.failures.readValuesToList()).hasSize(1000);
            // Due earlier than what is left: not passed over.
            topology.send(event("r", "late")
                    .setDeadline(TopologyFixture.START.minusSeconds(5))
                    .build());
            assertThat(topology.failures.readValuesToList()).hasSize(1);
            topology.advance(MOMENT);
            assertThat(topology.failures.readValuesToList()).hasSize(999);
            topology.advance(MOMENT);
            assertThat(topology.failures.readValuesToList()).hasSize(501);
            topology.advance(MOMENT);
            assertThat(topology.failures.isEmpty()).isTrue();
        }
    }

    @Test
    void manyRequestsAreToldOfAndForgottenInPortions() {
        try (TopologyFixture topology = new TopologyFixture(
                directory,
                Map.of(
                        "status.interval.ms", "1000",
                        "request.timeout.ms", "60000",
                        "dedupe.retention.ms", "60000"))) {
            for (int i = 0; i < MANY; i++) {
                topology.send(event("request " + i, "a")
                        .setDeadline(TopologyFixture.START.minusSeconds(5))
                        .setRequestImages(1)
                        .build());
            }
            List<Integer> told = told(topology, Duration.ofSeconds(2));
            assertThat(told.stream().mapToInt(Integer::intValue).sum()).isGreaterThanOrEqualTo(MANY);
            assertThat(told).allMatch(portion -> portion <= 2 * Alarm.PORTION);

            List<Integer> forgotten = told(topology, Duration.ofMinutes(10));
            assertThat(forgotten.stream().mapToInt(Integer::intValue).sum()).isEqualTo(MANY);
            assertThat(forgotten).allMatch(portion -> portion <= Alarm.PORTION);
        }
    }

    /** Status records of each moment after a time has passed, until there are no more. */
    private static List<Integer> told(TopologyFixture topology, Duration time) {
        List<Integer> portions = new ArrayList<>();
        topology.advance(time);
        int quiet = 0;
        while (quiet < 3) {
            List<KeyValue<String, RequestStatus>> statuses = topology.statuses.readKeyValuesToList();
            quiet = statuses.isEmpty() ? quiet + 1 : 0;
            portions.add(statuses.size());
            topology.advance(MOMENT);
        }
        return portions;
    }

    @Test
    void nothingIsForgottenWhereAllIsKeptAsLongAsCanBe() {
        String longest = Long.toString(Long.MAX_VALUE / 2);
        try (TopologyFixture topology =
                new TopologyFixture(directory, Map.of("request.timeout.ms", longest, "dedupe.retention.ms", longest))) {
            topology.send(event("r", "a").build());
            topology.advance(Duration.ofMinutes(5));
            topology.advance(Duration.ofMinutes(5));

            assertThat(topology.statuses.readKeyValuesToList()).isNotEmpty().allSatisfy(entry -> assertThat(entry.value)
                    .isNotNull());
            assertThat(topology.failures.isEmpty()).isTrue();
        }
    }
}
