package dev.semantica.streams;

import dev.semantica.schemas.FailureStage;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.streams.state.ImageState;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Turns what samplers report, at least once, into what is published, once. */
final class ResultsProcessor implements Processor<String, SamplerResult, String, Emission> {

    private final StreamsAppConfig config;
    private Images images;

    ResultsProcessor(StreamsAppConfig config) {
        this.config = config;
    }

    @Override
    public void init(ProcessorContext<String, Emission> context) {
        images = new Images(context, config.retention(), config.statusInterval());
    }

    @Override
    public void process(Record<String, SamplerResult> record) {
        SamplerResult result = record.value();
        if (result == null) {
            throw new UnprocessableRecordException("A sampler result must have a value");
        }
        EventRules.requireIds(result.getRequestId(), result.getImageId());
        String key = Keys.image(result.getRequestId(), result.getImageId());
        ImageState state = images.get(key);
        if (state == null) {
            throw new UnprocessableRecordException("No image " + result.getImageId() + " of request "
                    + result.getRequestId() + " is known in this partition: its retention is over, or the sampler"
                    + " answered into another partition than the batch's originPartition");
        }
        if (result.getOutcome() instanceof SampledVariation variation) {
            requireWanted(state, variation.getIndex());
            images.made(key, state, variation, record.headers());
        } else if (result.getOutcome() instanceof SamplingFailure failure) {
            if (failure.getIndex() != null) {
                requireWanted(state, failure.getIndex());
            }
            images.failed(
                    key,
                    state,
                    failure.getIndex(),
                    failure.getReason(),
                    failure.getMessage(),
                    FailureStage.SAMPLER,
                    record.headers());
        }
    }

    private static void requireWanted(ImageState state, int index) {
        if (index < state.getFirstIndex() || index - state.getFirstIndex() >= state.getCount()) {
            throw new UnprocessableRecordException("Variation " + index + " was never asked for; indexes run from "
                    + state.getFirstIndex() + " to " + (state.getFirstIndex() + state.getCount() - 1));
        }
    }
}
