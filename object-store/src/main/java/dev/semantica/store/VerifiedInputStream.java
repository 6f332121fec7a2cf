package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

/** Bytes that must have a size and a digest. The last of them are handed out only if they have. */
final class VerifiedInputStream extends FilterInputStream {

    private final URI uri;
    private final long size;
    private final String sha256;
    private final MessageDigest digest = DigestUtils.getSha256Digest();
    private long taken;

    VerifiedInputStream(InputStream in, URI uri, long size, String sha256) {
        super(in);
        this.uri = uri;
        this.size = size;
        this.sha256 = sha256;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read = read(one, 0, 1);
        return read < 0 ? read : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = super.read(buffer, offset, length);
        if (read < 0 && taken < size) {
            throw mismatch("ends after " + taken);
        }
        if (read > 0 && taken < size) {
            digest.update(buffer, offset, read);
        }
        if (read > 0) {
            taken += read;
            check();
        }
        return read;
    }

    private void check() throws ObjectStoreException {
        if (taken > size) {
            throw mismatch("goes on after " + size);
        }
        if (taken == size) {
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(sha256)) {
                throw mismatch("has SHA-256 " + found + " over " + taken);
            }
        }
    }

    private ObjectStoreException mismatch(String found) {
        return new ObjectStoreException(
                Reason.DIGEST_MISMATCH,
                "What is to be written to " + uri + " changed meanwhile: it " + found + " bytes, announced were " + size
                        + " bytes with SHA-256 " + sha256);
    }

    @Override
    public long skip(long count) throws IOException {
        throw new IOException("Nothing may be skipped of what is verified");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
