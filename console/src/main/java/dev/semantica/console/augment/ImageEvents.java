package dev.semantica.console.augment;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.SamplingOptions;
import java.util.Map;

/**
 * Makes the events of one request.
 *
 * @param requestId names the request
 * @param requestImages how many images it will hold
 * @param settings how to sample
 * @param priority how urgent it is
 */
record ImageEvents(String requestId, int requestImages, RunSettings settings, Priority priority) {

    /**
     * Asks for variations firstIndex to firstIndex + count - 1 of a picture.
     *
     * @param image the picture, inline or by reference
     */
    ImageEvent of(SourceImage source, Object image, int firstIndex, int count) {
        return ImageEvent.newBuilder()
                .setRequestId(requestId)
                .setImageId(source.id())
                .setRequestImages(requestImages)
                .setImage(image)
                .setOptions(SamplingOptions.newBuilder()
                        .setCount(count)
                        .setFirstIndex(firstIndex)
                        .setSeed(Seeds.forImage(settings.seed(), source.id()))
                        .setGuidanceScale(settings.guidanceScale())
                        .setSteps(settings.steps())
                        .setScheduler(settings.scheduler())
                        .setBundle(settings.bundle())
                        .setGuidanceFrom(settings.guidanceFrom())
                        .setGuidanceTo(settings.guidanceTo())
                        .setGuidanceRescale(settings.guidanceRescale())
                        .setStrength(settings.strength())
                        .setAttempts(settings.attempts())
                        .build())
                .setPriority(priority)
                .setLabel(source.label())
                .setAttributes(Map.of("path", source.id()))
                .build();
    }
}
