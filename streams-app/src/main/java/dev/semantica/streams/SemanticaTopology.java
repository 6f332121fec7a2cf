package dev.semantica.streams;

import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.Topic;
import dev.semantica.schemas.Topics;
import dev.semantica.streams.state.ControlEntry;
import dev.semantica.streams.state.LedgerEntry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The topology.
 *
 * <pre>
 * image-events ────► intake ──┐   (stores: images, pending-images, image-timers, request-tallies)
 * sampler-results ─► results ─┼─► sampler-batches, variations, variation-failures
 *                             └─► tallies ─┐
 * request-controls ─► controls ────────────┴─► ledger-entries ─► ledger ─► request-status
 * request-status ───► cancelled-requests (global store, read by intake)
 * </pre>
 *
 * <p>Intake and results share their stores: a result comes back into the partition that its image came from.
 */
public final class SemanticaTopology {

    private static final String LEDGER_ENTRIES = "ledger-entries";

    private SemanticaTopology() {}

    /**
     * Builds the topology; starts nothing.
     *
     * @param wait for the registry, where the global store is read
     */
    static Topology build(Topics topics, StreamsAppConfig config, RegistryWait wait) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addGlobalStore(
                Stores.ofCancelled(),
                topics.requestStatus().name(),
                statuses(topics.requestStatus(), wait),
                CancelledProcessor::new);

        String[] stores = {Stores.IMAGES, Stores.PENDING, Stores.TIMERS, Stores.TALLIES};
        Stores.ofImages().forEach(builder::addStateStore);
        KStream<String, Emission> intake = builder.stream(
                        topics.imageEvents().name(), consumed(topics.imageEvents(), "image-events-source"))
                .process(
                        (ProcessorSupplier<String, ImageEvent, String, Emission>) () -> new IntakeProcessor(config),
                        Named.as("intake"),
                        stores);
        KStream<String, Emission> results = builder.stream(
                        topics.samplerResults().name(), consumed(topics.samplerResults(), "sampler-results-source"))
                .process(
                        (ProcessorSupplier<String, SamplerResult, String, Emission>) () -> new ResultsProcessor(config),
                        Named.as("results"),
                        stores);
        KStream<String, Emission> emissions = intake.merge(results, Named.as("emissions"));
        send(emissions, Emission.Batch.class, topics.samplerBatches(), Emission.Batch::value, "batches");
        send(emissions, Emission.Made.class, topics.variations(), Emission.Made::value, "variations");
        send(emissions, Emission.Failed.class, topics.variationFailures(), Emission.Failed::value, "failures");

        KStream<String, LedgerEntry> tallies = only(emissions, Emission.Booked.class, "tallies")
                .mapValues(booked -> ((Emission.Booked) booked).value(), Named.as("tallies-value"));
        KStream<String, LedgerEntry> controls = builder.stream(
                        topics.requestControls().name(), consumed(topics.requestControls(), "request-controls-source"))
                .process(Controls::new, Named.as("controls"));
        tallies.merge(controls, Named.as("ledger-entries-merge"))
                .repartition(Repartitioned.with(Serdes.String(), StateSerde.of(LedgerEntry.class))
                        .withName(LEDGER_ENTRIES))
                .process(new WithStore<>(() -> new LedgerProcessor(config), Stores.ofLedger()), Named.as("ledger"))
                .to(topics.requestStatus().name(), produced(topics.requestStatus(), "request-status-sink"));
        return builder.build();
    }

    /** The topics that Kafka Streams makes for the topology: changelogs of its stores, and one to repartition. */
    public static Set<String> internalTopics(String applicationId) {
        Set<String> topics = new TreeSet<>();
        topics.add(applicationId + "-" + LEDGER_ENTRIES + "-repartition");
        for (String store : List.of(Stores.IMAGES, Stores.PENDING, Stores.TIMERS, Stores.TALLIES, Stores.LEDGER)) {
            topics.add(applicationId + "-" + store + "-changelog");
        }
        return topics;
    }

    private static <E extends Emission, V> void send(
            KStream<String, Emission> emissions,
            Class<E> type,
            Topic<V> topic,
            java.util.function.Function<E, V> value,
            String name) {
        only(emissions, type, name)
                .mapValues(emission -> value.apply(type.cast(emission)), Named.as(name + "-value"))
                .to(topic.name(), produced(topic, name + "-sink"));
    }

    private static KStream<String, Emission> only(
            KStream<String, Emission> emissions, Class<? extends Emission> type, String name) {
        return emissions.filter((key, emission) -> type.isInstance(emission), Named.as(name + "-filter"));
    }

    private static <V> Consumed<String, V> consumed(Topic<V> topic, String name) {
        return Consumed.with(topic.keySerde(), topic.valueSerde()).withName(name);
    }

    private static <V> Consumed<String, V> statuses(Topic<V> topic, RegistryWait wait) {
        Serde<V> serde = topic.valueSerde();
        return Consumed.with(topic.keySerde(), Serdes.serdeFrom(serde.serializer(), wait.reading(serde.deserializer())))
                .withName("requests");
    }

    private static <V> Produced<String, V> produced(Topic<V> topic, String name) {
        return Produced.with(topic.keySerde(), topic.valueSerde()).withName(name);
    }

    /** A supplier that brings its store along. */
    private record WithStore<K, V, K2, V2>(Supplier<Processor<K, V, K2, V2>> processor, StoreBuilder<?> store)
            implements ProcessorSupplier<K, V, K2, V2> {
        @Override
        public Processor<K, V, K2, V2> get() {
            return processor.get();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.copyOf(List.of(store));
        }
    }

    /** Checks controls and turns them into ledger entries. */
    private static final class Controls extends ContextualProcessor<String, RequestControl, String, LedgerEntry> {
        @Override
        public void process(Record<String, RequestControl> record) {
            RequestControl control = record.value();
            if (control == null) {
                throw new UnprocessableRecordException("A request control must have a value");
            }
            EventRules.requireId("requestId", control.getRequestId(), EventRules.MAX_REQUEST_ID);
            boolean cancel = control.getAction() == ControlAction.CANCEL;
            if (control.getAction() == ControlAction.UNKNOWN) {
                throw new UnprocessableRecordException("The action must be CANCEL or CLOSE");
            }
            if (!cancel && (control.getRequestImages() == null || control.getRequestImages() < 0)) {
                throw new UnprocessableRecordException("CLOSE needs requestImages, the number of images sent");
            }
            EventRules.requireReason(control.getReason());
            ControlEntry entry = new ControlEntry(cancel, control.getRequestImages(), control.getReason());
            // Without its headers, which nobody reads and nothing bounds.
            context().forward(new Record<>(control.getRequestId(), new LedgerEntry(entry), record.timestamp()));
        }
    }
}
