package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Takes bytes in, up to a limit, and holds them against a digest. */
final class BoundedRead {

    /** Where the array length ends. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private BoundedRead() {}

    /** Refuses an announced size. */
    static void checkSize(URI uri, long size, long maxBytes) throws ObjectStoreException {
        if (size > Math.min(maxBytes, LARGEST)) {
            throw new ObjectStoreException(
                    Reason.TOO_LARGE, uri + " has " + size + " bytes, at most " + maxBytes + " are allowed");
        }
    }

    /** Reads to the end; never more than one byte past the limit. */
    static byte[] read(URI uri, InputStream in, long maxBytes) throws IOException {
        int limit = (int) Math.min(maxBytes, LARGEST);
        byte[] bytes = in.readNBytes(limit);
        if (bytes.length == limit && in.read() >= 0) {
            throw new ObjectStoreException(
                    Reason.TOO_LARGE, uri + " has more than the " + maxBytes + " bytes that are allowed");
        }
        return bytes;
    }

    static void checkDigest(URI uri, byte[] bytes, String sha256) throws ObjectStoreException {
        if (sha256 != null) {
            checkDigest(uri, Sha256.of(bytes).hex(), sha256);
        }
    }

    static void checkDigest(URI uri, String found, String promised) throws ObjectStoreException {
        if (!found.equals(promised)) {
            throw new ObjectStoreException(
                    Reason.DIGEST_MISMATCH, uri + " has SHA-256 " + found + ", promised was " + promised);
        }
    }
}
