package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AheadTest {

    @Test
    void makesEveryStepOnceInOrder() {
        ConcurrentLinkedQueue<Long> made = new ConcurrentLinkedQueue<>();
        Ahead<Long> ahead = new Ahead<>(step -> {
            made.add(step);
            return 10 * step;
        });

        assertThat(List.of(ahead.at(0), ahead.at(1), ahead.at(2))).containsExactly(0L, 10L, 20L);
        assertThat(made).startsWith(0L, 1L, 2L).doesNotHaveDuplicates();
    }

    @Test
    void theNextOneIsMadeBeforeItIsAskedFor() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        Ahead<Long> ahead = new Ahead<>(step -> {
            if (step == 1) {
                next.countDown();
            }
            return step;
        });

        ahead.at(0);

        assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStepOutOfOrderIsMadeAnew() {
        Ahead<Long> ahead = new Ahead<>(step -> 10 * step);

        assertThat(ahead.at(0)).isZero();
        assertThat(ahead.at(7)).isEqualTo(70);
        assertThat(ahead.at(8)).isEqualTo(80);
        assertThat(ahead.at(3)).isEqualTo(30);
    }

    @Test
    void aFailureComesWithTheStepThatItBelongsTo() {
        Ahead<Long> ahead = new Ahead<>(step -> {
            if (step == 1) {
                throw new IllegalStateException("unreadable");
            }
            return step;
        });

        assertThat(ahead.at(0)).isZero();
        assertThatThrownBy(() -> ahead.at(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unreadable");
        assertThat(ahead.at(2)).isEqualTo(2);
    }
}
