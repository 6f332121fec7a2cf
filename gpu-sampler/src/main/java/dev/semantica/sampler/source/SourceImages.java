package dev.semantica.sampler.source;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.store.ObjectReader;
import dev.semantica.store.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Gets the bytes of source images. References are followed only to places that the operator allowed: folders, out of
 * which links do not lead, and prefixes of S3 or web servers, by name.
 */
public final class SourceImages {

    /** Reads nothing: no reference but one to a file is followed. */
    private static final ObjectReader NONE = (uri, maxBytes, sha256) -> {
        throw new UnsupportedOperationException("References to " + uri.getScheme() + ": are not set up");
    };

    private final AllowedPlaces allowed;
    private final long maxBytes;
    private final ObjectReader stores;
    private final ObjectReader web;

    /**
     * The bytes of a source.
     *
     * @param bytes the image file
     * @param sha256 its digest, 64 hexadecimal digits
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record SourceFile(byte[] bytes, String sha256) {}

    /**
     * Follows references to files below the given folders.
     *
     * @param allowedFolders absolute {@code file:} URIs of folders; none: no reference is followed
     * @param maxBytes largest file
     * @throws IllegalArgumentException for a URI that is no folder
     */
    public SourceImages(List<String> allowedFolders, long maxBytes) {
        this(allowedFolders, maxBytes, NONE, NONE);
        for (String place : allowedFolders) {
            if (!place.toLowerCase(Locale.ROOT).startsWith("file:")) {
                throw new IllegalArgumentException("reference.allowed: " + place + " must be a file: URI here");
            }
        }
    }

    /**
     * Follows references to the given places.
     *
     * @param allowed absolute URIs of folders ({@code file:}), of prefixes in S3 ({@code s3://BUCKET/PREFIX}) and on
     *     web servers ({@code https://HOST[:PORT]/PREFIX}); none: no reference is followed
     * @param maxBytes largest file
     * @param stores reads {@code s3:} URIs; it decides how long to wait for a store that is away
     * @param web reads {@code http:} and {@code https:} URIs
     * @throws IllegalArgumentException with everything that is wrong with the places
     */
    public SourceImages(List<String> allowed, long maxBytes, ObjectReader stores, ObjectReader web) {
        this.allowed = new AllowedPlaces(allowed);
        this.maxBytes = maxBytes;
        this.stores = stores;
        this.web = web;
    }

    /**
     * Gets a source.
     *
     * @param image an {@link InlineImage} or an {@link ImageReference}
     * @throws SourceException if it is not allowed, not there, too large, or not what was promised
     */
    public SourceFile get(Object image) throws SourceException {
        if (image instanceof InlineImage inline) {
            ByteBuffer data = inline.getData().duplicate();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return new SourceFile(bytes, DigestUtils.sha256Hex(bytes));
        }
        ImageReference reference = (ImageReference) image;
        byte[] bytes = read(reference);
        String digest = DigestUtils.sha256Hex(bytes);
        if (!digest.equals(reference.getSha256())) {
            throw new SourceException(
                    FailureReason.DIGEST_MISMATCH,
                    "The referenced image has SHA-256 " + digest + ", the event promised " + reference.getSha256());
        }
        return new SourceFile(bytes, digest);
    }

    private byte[] read(ImageReference reference) throws SourceException {
        URI uri;
        try {
            uri = new URI(reference.getUri());
        } catch (URISyntaxException e) {
            throw notAllowed("the URI is malformed");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> readFile(uri);
            case "s3" -> read(uri, stores);
            case "http", "https" -> read(uri, web);
            default -> throw notAllowed("references by '" + scheme + ":' are not followed");
        };
    }

    private byte[] read(URI uri, ObjectReader reader) throws SourceException {
        if (!allowed.allows(uri)) {
            throw notAllowed("it points to none of the allowed places");
        }
        try {
            // The digest is checked by the caller, which says what the event promised.
            return reader.get(uri, maxBytes, null);
        } catch (ObjectStoreException e) {
            throw new SourceException(reason(e), "The referenced image cannot be had: " + e.getMessage());
        }
    }

    private static FailureReason reason(ObjectStoreException e) {
        return switch (e.reason()) {
            case INVALID -> FailureReason.REFERENCE_NOT_ALLOWED;
            case NOT_FOUND, DENIED, UNAVAILABLE -> FailureReason.REFERENCE_UNAVAILABLE;
            case TOO_LARGE -> FailureReason.IMAGE_TOO_LARGE;
            case DIGEST_MISMATCH -> FailureReason.DIGEST_MISMATCH;
        };
    }

    private byte[] readFile(URI uri) throws SourceException {
        if (uri.getAuthority() != null) {
            throw notAllowed("a file: URI must not name a host");
        }
        Path file;
        try {
            file = Path.of(uri).normalize();
        } catch (IllegalArgumentException e) {
            throw notAllowed("the URI names no file");
        }
        // Checked before the file system is touched, so that a stranger learns nothing of what exists.
        if (!allowed.allowsFile(file)) {
            throw notAllowed("the file lies outside of the allowed folders");
        }
        try {
            Path real = file.toRealPath();
            if (!allowed.allowsFile(real)) {
                throw notAllowed("a link leads out of the allowed folders");
            }
            if (!Files.isRegularFile(real)) {
                throw new SourceException(FailureReason.REFERENCE_UNAVAILABLE, "The reference names no regular file");
            }
            long size = Files.size(real);
            if (size > maxBytes) {
                throw tooLarge(size + " bytes");
            }
            return readFile(real);
        } catch (IOException e) {
            throw new SourceException(
                    FailureReason.REFERENCE_UNAVAILABLE,
                    "The referenced image cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** The size that was asked for before need not be the size of what is read. */
    private byte[] readFile(Path file) throws IOException, SourceException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE));
            if (bytes.length > maxBytes) {
                throw tooLarge("more bytes now than it had");
            }
            return bytes;
        }
    }

    private SourceException tooLarge(String found) {
        return new SourceException(
                FailureReason.IMAGE_TOO_LARGE,
                "The referenced image has " + found + ", at most " + maxBytes + " are allowed");
    }

    private static SourceException notAllowed(String why) {
        return new SourceException(
                FailureReason.REFERENCE_NOT_ALLOWED,
                "The reference is not followed: " + why + "; the operator allows places with reference.allowed");
    }
}
