package dev.semantica.benchmarks;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.SamplingOptions;
import java.nio.ByteBuffer;

/** Image events of one request. */
final class Events {

    private Events() {}

    static ImageEvent of(String requestId, int images, int image, byte[] bytes, SamplingOptions options) {
        return ImageEvent.newBuilder()
                .setRequestId(requestId)
                .setImageId(requestId + "-" + image)
                .setRequestImages(images)
                .setImage(new InlineImage(ByteBuffer.wrap(bytes), null))
                .setOptions(options)
                .build();
    }
}
