package dev.semantica.console.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTrackerTest {

    @Test
    void isCompleteWhenEverythingSubmittedHasEndedOnce() {
        RequestTracker tracker = new RequestTracker();
        tracker.expect("a", 2, 3);
        assertThat(tracker.made("a", 2)).isTrue();
        assertThat(tracker.made("a", 2)).isFalse();
        assertThat(tracker.made("a", 9)).isFalse();
        assertThat(tracker.made("b", 0)).isFalse();
        assertThat(tracker.failed("a", 3, "CANCELLED")).isEqualTo(1);
        assertThat(tracker.complete()).isFalse();
        assertThat(tracker.failed("a", null, "ENGINE_ERROR")).isEqualTo(1);
        assertThat(tracker.complete()).isFalse();
        tracker.allSubmitted();

        assertThat(tracker.complete()).isTrue();
        assertThat(tracker.made()).isEqualTo(1);
        assertThat(tracker.failures()).isEqualTo(Map.of("CANCELLED", 1, "ENGINE_ERROR", 1));
    }

    @Test
    void aRequestWithNothingToDoIsCompleteAtOnce() {
        RequestTracker tracker = new RequestTracker();
        tracker.allSubmitted();

        assertThat(tracker.complete()).isTrue();
    }
}
