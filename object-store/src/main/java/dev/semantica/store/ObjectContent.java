package dev.semantica.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an object is to hold: bytes whose number and digest are known before they are sent, and that can be read again. */
public final class ObjectContent {

    /** Opens the bytes from the beginning. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    private final Source source;
    private final long size;
    private final String sha256;
    private final String mediaType;

    ObjectContent(Source source, long size, String sha256, String mediaType) {
        this.source = source;
        this.size = size;
        this.sha256 = sha256;
        this.mediaType = mediaType == null ? "application/octet-stream" : mediaType;
    }

    /**
     * Bytes in memory; not copied.
     *
     * @param mediaType null: not known
     */
    public static ObjectContent of(byte[] bytes, String mediaType) {
        return new ObjectContent(
                () -> new ByteArrayInputStream(bytes),
                bytes.length,
                Sha256.of(bytes).hex(),
                mediaType);
    }

    /**
     * A file, read once now for its digest and again when it is put; it must not change in between.
     *
     * @param mediaType null: not known
     */
    public static ObjectContent of(Path file, String mediaType) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            Sha256 sha256 = Sha256.of(bytes);
            return new ObjectContent(() -> Files.newInputStream(file), sha256.bytesRead(), sha256.hex(), mediaType);
        }
    }

    /** Bytes. */
    public long size() {
        return size;
    }

    /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
    public String sha256() {
        return sha256;
    }

    /** Media type; {@code application/octet-stream} where it is not known. */
    public String mediaType() {
        return mediaType;
    }

    /** Opens the bytes; the stream fails, before it ends, if they are not those that were announced. */
    InputStream open(URI uri) throws IOException {
        return new VerifiedInputStream(source.open(), uri, size, sha256);
    }
}
