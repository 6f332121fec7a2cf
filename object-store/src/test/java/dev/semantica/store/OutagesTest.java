package dev.semantica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.store.ObjectStoreException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutagesTest {

    private static final URI STORE = URI.create("s3://bucket/a");
    private static final URI OTHER = URI.create("s3://other/a");

    private final List<Duration> pauses = new ArrayList<>();
    private int attempts;

    private final TestTime time = new TestTime();

    private final class TestTime implements Outages.Time {
        private long now = 42;

        void sleepUnseen(Duration pause) {
            now += pause.toNanos();
        }

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
    }

    private final List<String> away = new ArrayList<>();

    private String fail(Reason reason, int times) throws ObjectStoreException {
        attempts++;
        if (attempts <= times) {
            throw new ObjectStoreException(reason, "attempt " + attempts);
        }
        return "done";
    }

    @Test
    void pausesGrowUntilItWorks() throws ObjectStoreException {
        assertThat(new Outages(Duration.ofMinutes(10), time, away::add).run(STORE, () -> fail(Reason.UNAVAILABLE, 8)))
                .isEqualTo("done");
        assertThat(pauses)
                .extracting(Duration::toMillis)
                .containsExactly(250L, 500L, 1000L, 2000L, 4000L, 8000L, 10_000L, 10_000L);
    }

    @Test
    void patienceEndsWithALastAttempt() {
        assertThatThrownBy(() -> new Outages(Duration.ofSeconds(1), time, away::add)
                        .run(STORE, () -> fail(Reason.UNAVAILABLE, Integer.MAX_VALUE)))
                .hasMessage("attempt 4");
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(250L, 500L, 250L);
    }

    @Test
    void attemptsThatTakeLongerThanThePatienceUseItUp() {
        Outages outages = new Outages(Duration.ofSeconds(1), time, store -> {});

        assertThatThrownBy(() -> outages.run(STORE, () -> {
                    time.sleepUnseen(Duration.ofSeconds(30));
                    return fail(Reason.UNAVAILABLE, Integer.MAX_VALUE);
                }))
                .hasMessage("attempt 2");
    }

    @Test
    void anOutageCostsThePatienceOnce() throws ObjectStoreException {
        Outages outages = new Outages(Duration.ofSeconds(1), time, away::add);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> outages.run(STORE, () -> fail(Reason.UNAVAILABLE, Integer.MAX_VALUE)))
                    .isInstanceOf(ObjectStoreException.class);
        }
        assertThat(pauses).hasSize(3);
        assertThat(attempts).isEqualTo(4 + 1 + 1);
        assertThat(away).containsExactly("s3://%s".formatted(STORE.getAuthority()));

        attempts = 0;
        assertThat(outages.run(OTHER, () -> fail(Reason.UNAVAILABLE, 1))).isEqualTo("done");
        attempts = 0;
        assertThat(outages.run(STORE, () -> fail(Reason.UNAVAILABLE, 0))).isEqualTo("done");
        attempts = 0;
        assertThat(outages.run(STORE, () -> fail(Reason.UNAVAILABLE, 2))).isEqualTo("done");
    }

    @Test
    void anObjectThatAServerCannotGiveIsNoOutage() throws ObjectStoreException {
        Outages outages = new Outages(Duration.ofMinutes(1), time, away::add);
        for (int object = 0; object < 2; object++) {
            attempts = 0;
            assertThatThrownBy(() -> outages.run(STORE, () -> {
                        attempts++;
                        throw ObjectStoreException.unavailableAlone("HTTP 503, attempt " + attempts);
                    }))
                    .hasMessage("HTTP 503, attempt 3");
            assertThat(outages.run(STORE, () -> "another")).isEqualTo("another");
        }
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(250L, 500L, 250L, 500L);
        assertThat(away).isEmpty();

        attempts = 0;
        assertThat(outages.run(STORE, () -> {
                    if (++attempts < 3) {
                        throw ObjectStoreException.unavailableAlone("HTTP 503");
                    }
                    return "at last";
                }))
                .isEqualTo("at last");
    }

    @Test
    void whatCannotBeCuredIsNotTriedAgain() {
        for (Reason reason : Reason.values()) {
            if (reason != Reason.UNAVAILABLE) {
                attempts = 0;
                assertThatThrownBy(() ->
                                new Outages(Duration.ofMinutes(1), time, away::add).run(STORE, () -> fail(reason, 1)))
                        .hasMessage("attempt 1");
            }
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaiting() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> new Outages(Duration.ofMinutes(1), time, away::add)
                        .run(STORE, () -> fail(Reason.UNAVAILABLE, 5)))
                .hasMessage("attempt 1");
        assertThat(Thread.interrupted()).isTrue();
    }
}
