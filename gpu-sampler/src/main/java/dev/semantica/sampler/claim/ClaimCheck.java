package dev.semantica.sampler.claim;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.store.ObjectContent;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStoreException;
import dev.semantica.store.ObjectUris;
import java.net.URI;

/**
 * Puts variations above a size into a store and references in their place. The same variation always gets the same
 * name, so that one that is made again after a redelivery replaces itself; one that came out otherwise, on another kind
 * of worker, gets another name, so that no reference that is already out ever breaks.
 *
 * <p>Safe for use by several threads.
 */
public final class ClaimCheck {

    /** Room in a record beside the image: ids, label, attributes, provenance, Avro framing, headers. */
    private static final int RECORD_OVERHEAD = 64 * 1024;

    private final ObjectStore store;
    private final URI folder;
    private final long inlineMaxBytes;

    private ClaimCheck(ObjectStore store, URI folder, long inlineMaxBytes) {
        this.store = store;
        this.folder = folder;
        this.inlineMaxBytes = inlineMaxBytes;
    }

    /**
     * Puts what is larger than a limit into a store.
     *
     * @param store it decides how long to wait while it is out of reach
     * @param folder URI of where the variations go
     * @param inlineMaxBytes largest image that stays in its record
     * @param maxRecordBytes largest record that may be produced
     * @throws IllegalArgumentException if an image that may stay in its record may not fit into it
     */
    public static ClaimCheck into(ObjectStore store, URI folder, long inlineMaxBytes, long maxRecordBytes) {
        if (inlineMaxBytes > maxRecordBytes - RECORD_OVERHEAD) {
            throw new IllegalArgumentException("variations.inline.max.bytes is " + inlineMaxBytes
                    + ", but a record of topics.max.message.bytes " + maxRecordBytes + " has room for "
                    + (maxRecordBytes - RECORD_OVERHEAD) + "; lower the one or raise the other");
        }
        return new ClaimCheck(store, folder, inlineMaxBytes);
    }

    /**
     * Keeps all variations in their records; what does not fit fails.
     *
     * @param maxRecordBytes largest record that may be produced
     */
    public static ClaimCheck none(long maxRecordBytes) {
        return new ClaimCheck(null, null, maxRecordBytes - RECORD_OVERHEAD);
    }

    /**
     * Makes sure that a variation of any size can be written.
     *
     * @throws ObjectStoreException if the store refuses or is out of reach
     */
    public void checkWritable() throws ObjectStoreException {
        if (store != null) {
            store.put(ObjectUris.child(folder, ".writable"), ObjectContent.of(new byte[0], null));
        }
    }

    /**
     * What to publish of a result: itself, the same with a reference, or a failure where the image is too large or could
     * not be put into the store.
     */
    public SamplerResult apply(SamplerResult result) {
        if (!(result.getOutcome() instanceof SampledVariation variation)
                || !(variation.getImage() instanceof InlineImage image)
                || image.getData().remaining() <= inlineMaxBytes) {
            return result;
        }
        if (store == null) {
            return failed(
                    result,
                    FailureReason.IMAGE_TOO_LARGE,
                    "The variation has " + image.getData().remaining() + " bytes, a record has room for "
                            + inlineMaxBytes + "; set variations.store or raise topics.max.message.bytes");
        }
        try {
            ImageReference reference = put(result, variation, image);
            return SamplerResult.newBuilder(result)
                    .setOutcome(SampledVariation.newBuilder(variation)
                            .setImage(reference)
                            .build())
                    .build();
        } catch (ObjectStoreException e) {
            return failed(
                    result,
                    FailureReason.STORE_UNAVAILABLE,
                    "The variation could not be written to its store: " + e.getMessage());
        }
    }

    private ImageReference put(SamplerResult result, SampledVariation variation, InlineImage image)
            throws ObjectStoreException {
        byte[] bytes = new byte[image.getData().remaining()];
        image.getData().duplicate().get(bytes);
        ObjectContent content = ObjectContent.of(bytes, image.getMediaType());
        URI uri = ObjectUris.child(
                folder, VariationNames.of(result.getRequestId(), result.getImageId(), variation.getIndex(), content));
        store.put(uri, content);
        return ImageReference.newBuilder()
                .setUri(uri.toString())
                .setSha256(content.sha256())
                .setSize(content.size())
                .setMediaType(image.getMediaType())
                .build();
    }

    private static SamplerResult failed(SamplerResult result, FailureReason reason, String message) {
        int index = ((SampledVariation) result.getOutcome()).getIndex();
        return SamplerResult.newBuilder(result)
                .setOutcome(new SamplingFailure(index, reason, message))
                .build();
    }
}
