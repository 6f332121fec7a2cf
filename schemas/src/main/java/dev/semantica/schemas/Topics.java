package dev.semantica.schemas;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;

/**
 * All topics of one installation, typed.
 *
 * @param names their names on the cluster
 * @param imageEvents images of which variations are wanted; key imageId
 * @param requestControls cancel and close; key requestId
 * @param samplerBatches the samplers' work queue; key batchId
 * @param samplerResults what the samplers made, at least once; key imageId
 * @param variations variations, each once; key imageId
 * @param variationFailures what could not be made; key imageId
 * @param requestStatus latest status per request; key requestId
 */
public record Topics(
        TopicNames names,
        Topic<ImageEvent> imageEvents,
        Topic<RequestControl> requestControls,
        Topic<SamplerBatch> samplerBatches,
        Topic<SamplerResult> samplerResults,
        Topic<Variation> variations,
        Topic<VariationFailure> variationFailures,
        Topic<RequestStatus> requestStatus) {

    /** The value type of every topic but {@link TopicRole#DEAD_LETTERS}, whose records keep the bytes they came with. */
    public static final Map<TopicRole, Class<? extends SpecificRecord>> VALUE_TYPES = Map.of(
            TopicRole.IMAGE_EVENTS, ImageEvent.class,
            TopicRole.REQUEST_CONTROLS, RequestControl.class,
            TopicRole.SAMPLER_BATCHES, SamplerBatch.class,
            TopicRole.SAMPLER_RESULTS, SamplerResult.class,
            TopicRole.VARIATIONS, Variation.class,
            TopicRole.VARIATION_FAILURES, VariationFailure.class,
            TopicRole.REQUEST_STATUS, RequestStatus.class);

    /** Makes the topics of an installation with the given names and serdes. */
    public static Topics of(TopicNames names, AvroSerdes serdes) {
        return new Topics(
                names,
                topic(TopicRole.IMAGE_EVENTS, ImageEvent.class, names, serdes),
                topic(TopicRole.REQUEST_CONTROLS, RequestControl.class, names, serdes),
                topic(TopicRole.SAMPLER_BATCHES, SamplerBatch.class, names, serdes),
                topic(TopicRole.SAMPLER_RESULTS, SamplerResult.class, names, serdes),
                topic(TopicRole.VARIATIONS, Variation.class, names, serdes),
                topic(TopicRole.VARIATION_FAILURES, VariationFailure.class, names, serdes),
                topic(TopicRole.REQUEST_STATUS, RequestStatus.class, names, serdes));
    }

    /** Name of the topic for records that could not be read or processed. */
    public String deadLetters() {
        return names.of(TopicRole.DEAD_LETTERS);
    }

    private static <V extends SpecificRecord> Topic<V> topic(
            TopicRole role, Class<V> type, TopicNames names, AvroSerdes serdes) {
        return new Topic<>(role, names.of(role), Serdes.String(), serdes.of(type));
    }
}
