package dev.semantica.sampler.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file in memory as an ImageIO stream that fails once the decode time is over. It hands out a KiB at a time, so a
 * codec that works in native code comes back here often. Nothing is cached in temporary files.
 */
final class CodecInput extends ImageInputStreamImpl {

    private static final int CHUNK = 1024;
    private static final int READS_PER_CHECK = 256;

    private final byte[] bytes;
    private final Deadline deadline;
    private int reads;

    CodecInput(byte[] bytes, Deadline deadline) {
        this.bytes = bytes;
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        if (++reads % READS_PER_CHECK == 0) {
            deadline.check();
        }
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkClosed();
        deadline.check();
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        long left = bytes.length - streamPos;
        if (left <= 0) {
            return -1;
        }
        int count = (int) Math.min(Math.min(left, length), CHUNK);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
