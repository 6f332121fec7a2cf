package dev.semantica.streams;

import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.streams.state.ControlEntry;
import dev.semantica.streams.state.Ledger;
import dev.semantica.streams.state.LedgerEntry;
import dev.semantica.streams.state.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds up what the partitions count, and publishes where each request stands. */
final class LedgerProcessor implements Processor<String, LedgerEntry, String, RequestStatus> {

    private final StreamsAppConfig config;
    private ProcessorContext<String, RequestStatus> context;
    private KeyValueStore<String, Ledger> ledgers;
    private Changes changes;

    LedgerProcessor(StreamsAppConfig config) {
        this.config = config;
    }

    @Override
    public void init(ProcessorContext<String, RequestStatus> processorContext) {
        context = processorContext;
        ledgers = context.getStateStore(Stores.LEDGER);
        changes = new Changes(context, config.statusInterval(), this::publishChanged);
        new Purge<>(
                        context,
                        ledgers,
                        config.retention().plus(config.requestTimeout()),
                        Ledger::getUpdatedAt,
                        this::forget)
                .start();
        tellAll();
    }

    /**
     * What was not told yet is known to memory alone, and the task may have come from another process. A status that says
     * the same again does no harm: the latest of a request counts.
     */
    private void tellAll() {
        try (KeyValueIterator<String, Ledger> all = ledgers.all()) {
            all.forEachRemaining(entry -> changes.add(entry.key));
        }
    }

    @Override
    public void process(Record<String, LedgerEntry> record) {
        long now = context.currentSystemTimeMs();
        Ledger ledger = ledgers.get(record.key());
        if (ledger == null) {
            ledger = Ledger.newBuilder().setStartedAt(now).setUpdatedAt(now).build();
        }
        if (record.value().getEntry() instanceof Tally tally) {
            book(ledger, tally);
        } else if (record.value().getEntry() instanceof ControlEntry control) {
            steer(ledger, control);
        }
        RequestState state = stateOf(ledger);
        boolean moved = !state.name().equals(ledger.getState());
        ledger.setState(state.name());
        ledger.setUpdatedAt(now);
        ledgers.put(record.key(), ledger);
        if (moved) {
            publish(record.key(), ledger);
        } else {
            changes.add(record.key());
        }
    }

    private static void book(Ledger ledger, Tally tally) {
        List<Tally> tallies = new ArrayList<>(ledger.getTallies());
        tallies.removeIf(other -> other.getPartition() == tally.getPartition());
        tallies.add(tally);
        ledger.setTallies(tallies);
        ledger.setStartedAt(Math.min(ledger.getStartedAt(), tally.getStartedAt()));
    }

    private static void steer(Ledger ledger, ControlEntry control) {
        if (control.getCancel()) {
            ledger.setCancelled(true);
            ledger.setReason(control.getReason());
        } else {
            ledger.setClosedAt(control.getRequestImages());
        }
    }

    private static RequestState stateOf(Ledger ledger) {
        RequestStatus counts = status("", ledger, 0);
        if (ledger.getCancelled()) {
            return RequestState.CANCELLED;
        }
        Integer expected = counts.getImagesExpected();
        if (expected != null && counts.getImages() >= expected && counts.getImagesEnded() >= counts.getImages()) {
            if (counts.getVariationsFailed() == 0) {
                return RequestState.COMPLETED;
            }
            return counts.getVariationsMade() == 0 ? RequestState.FAILED : RequestState.PARTIAL;
        }
        return counts.getVariationsMade() + counts.getVariationsFailed() > 0
                ? RequestState.RUNNING
                : RequestState.ACCEPTED;
    }

    private void publishChanged(String requestId) {
        Ledger ledger = ledgers.get(requestId);
        if (ledger != null) {
            publish(requestId, ledger);
        }
    }

    private void publish(String requestId, Ledger ledger) {
        long now = context.currentSystemTimeMs();
        changes.remove(requestId);
        context.forward(new Record<>(requestId, status(requestId, ledger, now), now));
    }

    private void forget(String requestId) {
        ledgers.delete(requestId);
        changes.remove(requestId);
        context.forward(new Record<>(requestId, null, context.currentSystemTimeMs()));
    }

    private static RequestStatus status(String requestId, Ledger ledger, long now) {
        Integer expected = ledger.getClosedAt();
        long images = 0;
        long ended = 0;
        long wanted = 0;
        long made = 0;
        long failed = 0;
        Map<String, Long> failures = new TreeMap<>();
        for (Tally tally : ledger.getTallies()) {
            images += tally.getImages();
            ended += tally.getImagesEnded();
            wanted += tally.getWanted();
            made += tally.getMade();
            failed += tally.getFailed();
            tally.getFailures().forEach((reason, count) -> failures.merge(reason, count, Long::sum));
            if (expected == null) {
                expected = tally.getRequestImages();
            }
        }
        return RequestStatus.newBuilder()
                .setRequestId(requestId)
                .setState(RequestState.valueOf(ledger.getState()))
                .setImagesExpected(expected)
                .setImages(images)
                .setImagesEnded(ended)
                .setVariationsWanted(wanted)
                .setVariationsMade(made)
                .setVariationsFailed(failed)
                .setFailures(new HashMap<>(failures))
                .setReason(ledger.getReason())
                .setStartedAt(Instant.ofEpochMilli(ledger.getStartedAt()))
                .setUpdatedAt(Instant.ofEpochMilli(now))
                .build();
    }
}
