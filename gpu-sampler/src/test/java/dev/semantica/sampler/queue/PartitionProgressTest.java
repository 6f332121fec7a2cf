package dev.semantica.sampler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionProgressTest {

    @Test
    void theOffsetIsThatOfTheFirstRecordThatIsNotDone() {
        var progress = new PartitionProgress(10);
        for (var offset = 10; offset < 14; offset++) {
            assertThat(progress.deliver(offset)).isEqualTo(1);
        }
        progress.done(11);
        assertThat(progress.offset()).isEqualTo(10);
        progress.done(10);
        assertThat(progress.offset()).isEqualTo(12);
        progress.done(13);
        progress.done(12);
        assertThat(progress.commit()).isEqualTo(new OffsetAndMetadata(14, "1;0;"));
    }

    @Test
    void whateverHappenedIsTakenUpAsItWasLeft() {
        for (var seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var progress = new PartitionProgress(random.nextInt(1000));
            var counts = new TreeMap<Long, Integer>();
            var next = progress.offset();
            for (var step = 0; step < 100; step++) {
                if (counts.size() < 8 && random.nextBoolean()) {
                    // Offsets may be missing, where markers of transactions lie.
                    next += random.nextInt(3);
                    counts.put(next, progress.deliver(next));
                    next++;
                } else if (!counts.isEmpty()) {
                    var offset = counts.keySet().stream()
                            .skip(random.nextInt(counts.size()))
                            .findFirst()
                            .orElseThrow();
                    switch (random.nextInt(3)) {
                        case 0 -> counts.put(offset, progress.deliver(offset));
                        case 1 -> {
                            progress.undeliver(offset);
                            counts.merge(offset, -1, Integer::sum);
                            if (counts.get(offset) < 0) {
                                counts.put(offset, progress.deliver(offset));
                            }
                        }
                        default -> {
                            progress.done(offset);
                            counts.remove(offset);
                        }
                    }
                }
                var again = PartitionProgress.of(progress.commit());
                assertThat(again.commit()).as("seed %s", seed).isEqualTo(progress.commit());
                assertThat(again.offset()).isEqualTo(counts.isEmpty() ? next : counts.firstKey());
                for (var offset = again.offset(); offset < next; offset++) {
                    assertThat(again.read(offset)).isEqualTo(counts.containsKey(offset));
                }
                for (var entry : counts.entrySet()) {
                    assertThat(again.deliver(entry.getKey())).isEqualTo(entry.getValue() + 1);
                }
            }
        }
    }

    @Test
    void recordsThatAreGoneFromTheTopicHoldNothingUp() {
        var progress = new PartitionProgress(0);
        for (var offset = 0; offset < 5; offset++) {
            progress.deliver(offset);
        }
        var again = PartitionProgress.of(progress.commit());
        assertThat(again.read(3)).isTrue();
        assertThat(again.offset()).isEqualTo(3);
        again.startsAt(20);
        assertThat(again.offset()).isEqualTo(20);
    }

    @Test
    void sixtyFourRecordsFarApartFitIntoTheMetadata() {
        var progress = new PartitionProgress(1L << 40);
        for (var i = 0; i < ConsumerGroupConfig.MAX_IN_FLIGHT_LIMIT; i++) {
            progress.deliver((1L << 40) + i * 1_000_000_000L);
        }
        assertThat(progress.commit().metadata().length()).isLessThan(4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2;0;", "1;0;0:1", "1;5;7:1", "1;5;-1:1", "1;5;1:-1", "1;x;", "1;5;1", "1;5;1:1;"})
    void foreignMetadataAreRefused(String metadata) {
        assertThatIllegalArgumentException().isThrownBy(() -> {
            try {
                PartitionProgress.of(new OffsetAndMetadata(3, metadata));
            } catch (ArrayIndexOutOfBoundsException e) {
                throw new AssertionError(e);
            }
        });
    }
}
