package dev.semantica.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;

class AlarmTest {

    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private final List<Long> rung = new ArrayList<>();
    private OptionalLong next = OptionalLong.empty();

    private Alarm alarm() {
        context.setCurrentSystemTimeMs(1000);
        return new Alarm(context, rung::add, () -> next);
    }

    @Test
    void nothingIsScheduledWhileThereIsNothingToDo() {
        Alarm alarm = alarm();
        alarm.set();
        assertThat(pending()).isEmpty();

        next = OptionalLong.of(1100);
        alarm.set();
        alarm.set();
        next = OptionalLong.empty();
        ring(1100);

        assertThat(rung).containsExactly(1100L);
        assertThat(pending()).isEmpty();
    }

    @Test
    void theEarliestTimeCounts() {
        Alarm alarm = alarm();
        alarm.at(1500);
        alarm.at(1200);
        alarm.at(1300);

        assertThat(pending()).singleElement().satisfies(one -> assertThat(one.getInterval())
                .isEqualTo(Duration.ofMillis(200)));
    }

    @Test
    void whatIsPastRingsAtOnce() {
        alarm().at(0);

        assertThat(pending()).singleElement().satisfies(one -> assertThat(one.getInterval())
                .isEqualTo(Duration.ofMillis(1)));
    }

    @Test
    void workThatIsLeftIsDoneLater() {
        Alarm alarm = alarm();
        alarm.at(1100);
        next = OptionalLong.of(1400);
        ring(1100);

        assertThat(pending()).singleElement().satisfies(one -> assertThat(one.getInterval())
                .isEqualTo(Duration.ofMillis(300)));
    }

    @Test
    void workThatFailsIsTriedAgain() {
        next = OptionalLong.of(1100);
        context.setCurrentSystemTimeMs(1000);
        Alarm failing = new Alarm(
                context,
                now -> {
                    throw new IllegalStateException("no store");
                },
                () -> next);
        failing.set();
        next = OptionalLong.of(1200);

        assertThatThrownBy(() -> ring(1100)).hasMessage("no store");

        assertThat(pending()).hasSize(1);
    }

    private List<CapturedPunctuator> pending() {
        return context.scheduledPunctuators().stream()
                .filter(punctuator -> !punctuator.cancelled())
                .toList();
    }

    private void ring(long now) {
        context.setCurrentSystemTimeMs(now);
        pending().get(0).getPunctuator().punctuate(now);
    }
}
