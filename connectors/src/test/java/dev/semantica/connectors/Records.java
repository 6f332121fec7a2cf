package dev.semantica.connectors;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Variation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** Records and files for tests. */
public final class Records {

    public static final String DIGEST = "0123456789abcdef".repeat(4);

    private Records() {}

    /** A file that begins like a PNG and is told apart by its text. */
    public static byte[] png(String text) {
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        byte[] tail = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(signature.length + tail.length)
                .put(signature)
                .put(tail)
                .array();
    }

    public static ImageEvent event(Object image) {
        return ImageEvent.newBuilder()
                .setRequestId("r")
                .setImageId("i")
                .setRequestImages(3)
                .setImage(image)
                .setOptions(SamplingOptions.newBuilder()
                        .setCount(4)
                        .setSeed(-7L)
                        .setGuidanceScale(2.5)
                        .setSteps(30)
                        .setScheduler("ddim")
                        .build())
                .setPriority(Priority.INTERACTIVE)
                .setDeadline(Instant.ofEpochMilli(1_700_000_000_123L))
                .setLabel("bird")
                .setAttributes(Map.of("a", "b"))
                .build();
    }

    public static InlineImage inline(String text) {
        return new InlineImage(ByteBuffer.wrap(png(text)), "image/png");
    }

    public static ImageReference reference(String uri, String sha256) {
        return new ImageReference(uri, sha256, null, "image/png");
    }

    public static Variation variation(String imageId, int index, String label) {
        return variation(imageId, index, label, inline(imageId + "/" + index));
    }

    public static Variation variation(String imageId, int index, String label, Object image) {
        return Variation.newBuilder()
                .setRequestId("request-1")
                .setImageId(imageId)
                .setIndex(index)
                .setImage(image)
                .setWidth(64)
                .setHeight(48)
                .setLabel(label)
                .setAttributes(Map.of("path", imageId))
                .setSimilarity(index == 0 ? null : 0.5)
                .setAgreement(index == 0 ? null : 0.25)
                .setProvenance(Provenance.newBuilder()
                        .setSeed(42)
                        .setIndex(index)
                        .setBundle("pages-lab")
                        .setBundleDigest(DIGEST)
                        .setScheduler("ddim")
                        .setSteps(30)
                        .setGuidanceScale(2.0)
                        .setSourceDigest(DIGEST)
                        .setEngine("cpu/1.28.0")
                        .build())
                .setCreatedAt(Instant.ofEpochMilli(1_700_000_000_000L + index))
                .build();
    }
}
