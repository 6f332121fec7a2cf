package dev.semantica.console.augment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;

/** Gives every picture of a run a seed of its own, so that two pictures do not share their noise. */
final class Seeds {

    private Seeds() {}

    /**
     * The first 53 bits of SHA-256 over the run's seed (8 bytes, big-endian) and the image id (UTF-8): readers whose numbers
     * are doubles read them exactly.
     */
    static long forImage(long runSeed, String imageId) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(runSeed).flip());
        digest.update(imageId.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest.digest()).getLong() >>> (Long.SIZE - 53);
    }
}
