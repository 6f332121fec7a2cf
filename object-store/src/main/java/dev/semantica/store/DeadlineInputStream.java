package dev.semantica.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** Ends a sender that sends a little every now and then. */
final class DeadlineInputStream extends FilterInputStream {

    private final long deadline;

    /** @param deadline by {@link System#nanoTime} */
    DeadlineInputStream(InputStream in, long deadline) {
        super(in);
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        check();
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        return super.read(buffer, offset, length);
    }

    private void check() throws SocketTimeoutException {
        if (System.nanoTime() - deadline > 0) {
            throw new SocketTimeoutException("The object did not arrive within the request timeout");
        }
    }
}
