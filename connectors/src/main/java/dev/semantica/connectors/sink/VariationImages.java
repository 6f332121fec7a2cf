package dev.semantica.connectors.sink;

import dev.semantica.connectors.sink.DatasetSinkConfig.References;
import dev.semantica.connectors.storage.Storage;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.store.ObjectStoreException;
import dev.semantica.store.ObjectUris;
import java.net.URI;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.errors.DataException;

/**
 * The bytes of variations: carried in the record, or fetched from where the operator allows.
 *
 * @param references what may be fetched
 * @param storage fetches it
 */
record VariationImages(References references, Storage storage) {

    /** The media type of an image, if its record says it. */
    static String mediaType(Object image) {
        return image instanceof InlineImage inline ? inline.getMediaType() : ((ImageReference) image).getMediaType();
    }

    /**
     * The bytes of an image.
     *
     * @throws DataException if they may not be fetched, are gone, or are not those that were promised
     * @throws ObjectStoreException if the place does not answer
     */
    byte[] bytes(Object image) throws ObjectStoreException {
        if (image instanceof InlineImage inline) {
            ByteBuffer data = inline.getData().duplicate();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return bytes;
        }
        return fetch((ImageReference) image);
    }

    private byte[] fetch(ImageReference reference) throws ObjectStoreException {
        URI uri;
        try {
            uri = URI.create(reference.getUri());
        } catch (IllegalArgumentException e) {
            throw new DataException("'" + reference.getUri() + "' is no URI: " + e.getMessage(), e);
        }
        if (uri.getScheme() == null || references.allowed().stream().noneMatch(folder -> below(folder, uri))) {
            throw new DataException(
                    "Fetching " + uri + " is not allowed; reference.allowed is " + references.allowed());
        }
        try {
            return storage.fetch(uri, references.maxBytes(), reference.getSha256());
        } catch (ObjectStoreException e) {
            if (e.retryable()) {
                throw e;
            }
            throw new DataException(e.getMessage(), e);
        }
    }

    private static boolean below(String folder, URI uri) {
        return ObjectUris.below(URI.create(folder), uri);
    }
}
