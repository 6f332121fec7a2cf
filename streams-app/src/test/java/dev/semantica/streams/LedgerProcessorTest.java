package dev.semantica.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.streams.state.Ledger;
import dev.semantica.streams.state.LedgerEntry;
import dev.semantica.streams.state.Tally;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerProcessorTest {

    private final StreamsAppConfig config = StreamsAppConfig.from(Map.of("status.interval.ms", "1000"));
    private KeyValueStore<String, Ledger> store;

    @BeforeEach
    void open() {
        store = org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(Stores.LEDGER),
                        Serdes.String(),
                        StateSerde.of(Ledger.class))
                .withLoggingDisabled()
                .build();
    }

    @Test
    void countsThatWereNotToldAreToldByWhoeverTakesTheTaskOver() {
        MockProcessorContext<String, RequestStatus> first = context(1_000_000);
        store.init(first.getStateStoreContext(), store);
        LedgerProcessor before = processor(first);
        tell(before, 1);
        ring(first);
        tell(before, 2);
        assertThat(made(first)).isEqualTo(1);

        MockProcessorContext<String, RequestStatus> second = context(2_000_000);
        processor(second);
        ring(second);

        assertThat(made(second)).isEqualTo(2);
        assertThat(second.forwarded()).singleElement().satisfies(forward -> assertThat(
                        forward.record().value().getState())
                .isEqualTo(RequestState.RUNNING));
    }

    private MockProcessorContext<String, RequestStatus> context(long now) {
        MockProcessorContext<String, RequestStatus> context = new MockProcessorContext<>();
        context.setCurrentSystemTimeMs(now);
        context.addStateStore(store);
        return context;
    }

    private LedgerProcessor processor(MockProcessorContext<String, RequestStatus> context) {
        LedgerProcessor processor = new LedgerProcessor(config);
        processor.init(context);
        return processor;
    }

    private static void tell(LedgerProcessor processor, long made) {
        Tally tally = Tally.newBuilder()
                .setPartition(0)
                .setImages(1)
                .setWanted(5)
                .setMade(made)
                .setStartedAt(1)
                .setUpdatedAt(1)
                .build();
        processor.process(new Record<>("r", new LedgerEntry(tally), 1));
    }

    /** Rings the alarms that are set, once. */
    private static void ring(MockProcessorContext<String, RequestStatus> context) {
        List<CapturedPunctuator> due = context.scheduledPunctuators().stream()
                .filter(punctuator ->
                        !punctuator.cancelled() && punctuator.getInterval().toSeconds() < 60)
                .toList();
        due.forEach(punctuator -> punctuator.getPunctuator().punctuate(context.currentSystemTimeMs()));
    }

    private static long made(MockProcessorContext<String, RequestStatus> context) {
        List<? extends CapturedForward<? extends String, ? extends RequestStatus>> all = context.forwarded();
        return all.get(all.size() - 1).record().value().getVariationsMade();
    }
}
