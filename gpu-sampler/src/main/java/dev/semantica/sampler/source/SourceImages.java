package dev.semantica.sampler.source;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Gets the bytes of source images. References are followed only below the folders that the operator allowed; links
 * that lead out of them are not.
 */
public final class SourceImages {

    private final List<Path> allowed;
    private final long maxBytes;

    /**
     * The bytes of a source.
     *
     * @param bytes the image file
     * @param sha256 its digest, 64 hexadecimal digits
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record SourceFile(byte[] bytes, String sha256) {}

    /**
     * Allows the given folders.
     *
     * @param allowedFolders absolute {@code file:} URIs of folders; none: no reference is followed
     * @param maxBytes largest file
     * @throws IllegalArgumentException for a URI that is no folder
     */
    public SourceImages(List<String> allowedFolders, long maxBytes) {
        this.maxBytes = maxBytes;
        List<Path> folders = new ArrayList<>();
        for (String uri : allowedFolders) {
            try {
                Path folder = Path.of(URI.create(uri)).toRealPath();
                if (!Files.isDirectory(folder)) {
                    throw new IllegalArgumentException("reference.allowed: " + uri + " is no folder");
                }
                folders.add(folder);
            } catch (IOException | java.nio.file.FileSystemNotFoundException e) {
                throw new IllegalArgumentException(
                        "reference.allowed: " + uri + " is not a folder that can be read; only file: URIs of existing"
                                + " folders are supported",
                        e);
            }
        }
        this.allowed = List.copyOf(folders);
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
            return new SourceFile(bytes, sha256(bytes));
        }
        ImageReference reference = (ImageReference) image;
        byte[] bytes = read(reference);
        String digest = sha256(bytes);
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
        if (!"file".equals(uri.getScheme()) || uri.getAuthority() != null) {
            throw notAllowed(
                    "references by '" + uri.getScheme() + ":' are not followed, only file: below allowed folders");
        }
        Path file;
        try {
            file = Path.of(uri).normalize();
        } catch (IllegalArgumentException e) {
            throw notAllowed("the URI names no file");
        }
        // Checked before the file system is touched, so that a stranger learns nothing of what exists.
        if (allowed.stream().noneMatch(file::startsWith)) {
            throw notAllowed("the file lies outside of the allowed folders");
        }
        try {
            Path real = file.toRealPath();
            if (allowed.stream().noneMatch(real::startsWith)) {
                throw notAllowed("a link leads out of the allowed folders");
            }
            if (!Files.isRegularFile(real)) {
                throw new SourceException(FailureReason.REFERENCE_UNAVAILABLE, "The reference names no regular file");
            }
            long size = Files.size(real);
            if (size > maxBytes) {
                throw new SourceException(
                        FailureReason.IMAGE_TOO_LARGE,
                        "The referenced image has " + size + " bytes, at most " + maxBytes + " are allowed");
            }
            return Files.readAllBytes(real);
        } catch (IOException e) {
            throw new SourceException(
                    FailureReason.REFERENCE_UNAVAILABLE,
                    "The referenced image cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static SourceException notAllowed(String why) {
        return new SourceException(
                FailureReason.REFERENCE_NOT_ALLOWED,
                "The reference is not followed: " + why + "; the operator allows folders with reference.allowed");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
