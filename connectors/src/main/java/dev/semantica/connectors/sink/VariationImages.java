package dev.semantica.connectors.sink;

import dev.semantica.connectors.sink.DatasetSinkConfig.References;
import dev.semantica.connectors.storage.FileTooLargeException;
import dev.semantica.connectors.storage.Storage;
import dev.semantica.connectors.storage.Storages;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;

/**
 * The bytes of variations: carried in the record, or fetched from where the operator allows.
 *
 * @param references what may be fetched
 */
record VariationImages(References references) {

    /** The media type of an image, if its record says it. */
    static String mediaType(Object image) {
        return image instanceof InlineImage inline ? inline.getMediaType() : ((ImageReference) image).getMediaType();
    }

    /**
     * The bytes of an image.
     *
     * @throws DataException if they may not be fetched, are gone, or are not those that were promised
     * @throws IOException if the place does not answer
     */
    byte[] bytes(Object image) throws IOException {
        if (image instanceof InlineImage inline) {
            ByteBuffer data = inline.getData().duplicate();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return bytes;
        }
        return fetch((ImageReference) image);
    }

    private byte[] fetch(ImageReference reference) throws IOException {
        String uri = allowed(reference.getUri());
        int slash = uri.lastIndexOf('/');
        Optional<byte[]> bytes;
        try (Storage storage = Storages.open(uri.substring(0, slash + 1))) {
            bytes = storage.read(
                    URI.create("x:/" + uri.substring(slash + 1)).getPath().substring(1), references.maxBytes());
        } catch (FileTooLargeException e) {
            throw new DataException(uri + " has more than " + references.maxBytes() + " bytes", e);
        }
        byte[] found = bytes.orElseThrow(() -> new DataException(uri + " is not there any more"));
        String sha256 = HexFormat.of().formatHex(sha256(found));
        if (!sha256.equals(reference.getSha256())) {
            throw new DataException(
                    uri + " has SHA-256 " + sha256 + ", but " + reference.getSha256() + " was promised");
        }
        return found;
    }

    private String allowed(String text) {
        String uri;
        try {
            uri = URI.create(text).normalize().toString();
        } catch (IllegalArgumentException e) {
            throw new DataException("'" + text + "' is no URI: " + e.getMessage(), e);
        }
        boolean allowed = references.allowed().stream()
                .anyMatch(prefix -> uri.startsWith(prefix.endsWith("/") ? prefix : prefix + "/"));
        if (!allowed) {
            throw new DataException(
                    "Fetching " + uri + " is not allowed; reference.allowed is " + references.allowed());
        }
        return uri;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
