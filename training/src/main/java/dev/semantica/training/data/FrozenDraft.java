package dev.semantica.training.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** An output of a frozen network while it is computed; what was whole when a run ended is kept. */
final class FrozenDraft implements AutoCloseable {

    private final Path file;
    private final Path draft;
    private final long rowBytes;
    private final int rows;
    private final int ready;
    /** Null where the output is there already. */
    private final FileChannel channel;

    private FrozenDraft(Path file, Path draft, long rowBytes, int rows, int ready, FileChannel channel) {
        this.file = file;
        this.draft = draft;
        this.rowBytes = rowBytes;
        this.rows = rows;
        this.ready = ready;
        this.channel = channel;
    }

    static FrozenDraft open(FrozenTensors.Output output, int rows, int batch) throws IOException {
        Path file = output.file();
        Path draft = file.resolveSibling(file.getFileName() + ".unfinished");
        long rowBytes = 4L * output.width();
        if (Files.exists(file)) {
            return new FrozenDraft(file, draft, rowBytes, rows, rows, null);
        }
        Files.createDirectories(file.getParent());
        FileChannel channel =
                FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        int ready = (int) Math.min(rows, channel.size() / rowBytes / batch * batch);
        return new FrozenDraft(file, draft, rowBytes, rows, ready, channel);
    }

    /** Rows that were there when it was opened. */
    int ready() {
        return ready;
    }

    /** Writes rows from a place on; those that are there already stay. */
    void write(int first, float[] values) throws IOException {
        if (channel == null || first < ready) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        try {
            channel.position(first * rowBytes);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException(
                    draft + " could not be written (" + e.getMessage()
                            + "); what is there is kept. Make room, and start" + " again",
                    e);
        }
    }

    /** Puts it in its place. */
    void finish() throws IOException {
        if (channel != null) {
            channel.truncate(rows * rowBytes);
            channel.force(true);
            channel.close();
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
