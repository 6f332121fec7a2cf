package dev.semantica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.store.ObjectStoreException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final List<Duration> pauses = new ArrayList<>();
    private int attempts;

    private final Backoff.Time time = new Backoff.Time() {
        private long now = 42;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            pauses.add(pause);
            now += pause.toNanos();
        }
    };

    private String fail(Reason reason, int times) throws ObjectStoreException {
        attempts++;
        if (attempts <= times) {
            throw new ObjectStoreException(reason, "attempt " + attempts);
        }
        return "done";
    }

    @Test
    void pausesGrowUntilItWorks() throws ObjectStoreException {
        assertThat(new Backoff(Duration.ofMinutes(10), time).run(() -> fail(Reason.UNAVAILABLE, 8)))
                .isEqualTo("done");
        assertThat(pauses)
                .extracting(Duration::toMillis)
                .containsExactly(250L, 500L, 1000L, 2000L, 4000L, 8000L, 10_000L, 10_000L);
    }

    @Test
    void patienceEndsWithALastAttempt() {
        assertThatThrownBy(() ->
                        new Backoff(Duration.ofSeconds(1), time).run(() -> fail(Reason.UNAVAILABLE, Integer.MAX_VALUE)))
                .hasMessage("attempt 4");
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(250L, 500L, 250L);
    }

    @Test
    void whatCannotBeCuredIsNotTriedAgain() {
        for (Reason reason : Reason.values()) {
            if (reason != Reason.UNAVAILABLE) {
                attempts = 0;
                assertThatThrownBy(() -> new Backoff(Duration.ofMinutes(1), time).run(() -> fail(reason, 1)))
                        .hasMessage("attempt 1");
            }
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaiting() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> new Backoff(Duration.ofMinutes(1), time).run(() -> fail(Reason.UNAVAILABLE, 5)))
                .hasMessage("attempt 1");
        assertThat(Thread.interrupted()).isTrue();
    }
}
