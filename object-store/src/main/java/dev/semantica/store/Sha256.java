package dev.semantica.store;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

/** A SHA-256 digest and the number of bytes that it is of. */
final class Sha256 {

    private static final int BUFFER = 1 << 16;

    private final byte[] digest;
    private final long bytesRead;

    private Sha256(byte[] digest, long bytesRead) {
        this.digest = digest;
        this.bytesRead = bytesRead;
    }

    static Sha256 of(byte[] bytes) {
        return new Sha256(DigestUtils.sha256(bytes), bytes.length);
    }

    static Sha256 of(InputStream in) throws IOException {
        MessageDigest algorithm = DigestUtils.getSha256Digest();
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            algorithm.update(buffer, 0, read);
            total += read;
        }
        return new Sha256(algorithm.digest(), total);
    }

    /** The base64 form of a digest in hexadecimal. */
    static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    String hex() {
        return HexFormat.of().formatHex(digest);
    }

    long bytesRead() {
        return bytesRead;
    }
}
