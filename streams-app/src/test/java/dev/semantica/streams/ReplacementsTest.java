package dev.semantica.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReplacementsTest {

    private static final TopicPartition EVENTS = new TopicPartition("image-events", 0);
    private static final TopicPartition RESULTS = new TopicPartition("sampler-results", 0);

    private final Replacements replacements = new Replacements(2);

    @Test
    void endAfterDeathsInARowWithoutProgress() {
        assertThat(replacements.allow("0_0", Map.of(EVENTS, 5L))).isTrue();
        assertThat(replacements.allow("0_0", Map.of(EVENTS, -1L, RESULTS, -1L))).isTrue();
        assertThat(replacements.allow("0_0", Map.of(EVENTS, 5L))).isFalse();
    }

    @Test
    void beginAnewAfterProgress() {
        assertThat(replacements.allow("0_0", Map.of(EVENTS, 5L))).isTrue();
        assertThat(replacements.allow("0_0", Map.of())).isTrue();
        assertThat(replacements.allow("0_0", Map.of(EVENTS, -1L, RESULTS, 1L))).isTrue();
        assertThat(replacements.allow("0_0", Map.of())).isTrue();
        assertThat(replacements.allow("0_0", Map.of())).isFalse();
    }

    @Test
    void areCountedByTask() {
        assertThat(replacements.allow("0_0", Map.of())).isTrue();
        assertThat(replacements.allow("0_1", Map.of())).isTrue();
        assertThat(replacements.allow("", Map.of(EVENTS, 7L))).isTrue();
        assertThat(replacements.allow("0_0", Map.of())).isTrue();
        assertThat(replacements.allow("0_0", Map.of())).isFalse();
    }
}
