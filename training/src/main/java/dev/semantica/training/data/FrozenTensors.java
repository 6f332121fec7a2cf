package dev.semantica.training.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a frozen network says of every image, computed once and mapped into memory: floats, one row an image. Safe for many
 * threads.
 */
public final class FrozenTensors {

    private static final int BATCH = 64;

    private final int width;
    private final int chunkRows;
    private final List<MappedByteBuffer> chunks = new ArrayList<>();

    /** A frozen network. */
    @FunctionalInterface
    public interface Network {
        /**
         * Evaluates images.
         *
         * @param images places in the packed store
         * @return a row an image, one after the other
         */
        float[] rows(int[] images);
    }

    private FrozenTensors(Path file, int rows, int width) throws IOException {
        this.width = width;
        this.chunkRows = (1 << 30) / (4 * width);
        try (FileChannel channel = FileChannel.open(file)) {
            for (int first = 0; first < rows; first += chunkRows) {
                long count = Math.min(chunkRows, rows - first);
                MappedByteBuffer chunk =
                        channel.map(FileChannel.MapMode.READ_ONLY, 4L * first * width, 4L * count * width);
                chunk.order(ByteOrder.LITTLE_ENDIAN);
                chunks.add(chunk);
            }
        }
    }

    /**
     * Opens them, or computes them first. A file that was left unfinished goes on where it ended.
     *
     * @param file where they lie; its name must hold the digests of the network and of the images
     * @param rows number of images
     * @param width floats of a row
     * @param done told how many are done
     */
    public static FrozenTensors of(Path file, int rows, int width, Network network, IntConsumer done)
            throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            Path draft = file.resolveSibling(file.getFileName() + ".unfinished");
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long rowBytes = 4L * width;
                int ready = (int) (channel.size() / rowBytes / BATCH * BATCH);
                channel.position(ready * rowBytes);
                while (ready < rows) {
                    int[] images = new int[Math.min(BATCH, rows - ready)];
                    for (int i = 0; i < images.length; i++) {
                        images[i] = ready + i;
                    }
                    float[] values = network.rows(images);
                    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                    bytes.asFloatBuffer().put(values);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    ready += images.length;
                    done.accept(ready);
                }
                channel.truncate(rows * rowBytes);
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return new FrozenTensors(file, rows, width);
    }

    /** Rows of images, one after the other. */
    public float[] read(int[] images) {
        float[] values = new float[images.length * width];
        for (int i = 0; i < images.length; i++) {
            ByteBuffer chunk = chunks.get(images[i] / chunkRows).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            chunk.position(4 * (images[i] % chunkRows) * width);
            chunk.asFloatBuffer().get(values, i * width, width);
        }
        return values;
    }

    /** Floats of a row. */
    public int width() {
        return width;
    }
}
