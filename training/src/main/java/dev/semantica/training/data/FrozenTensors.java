package dev.semantica.training.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a frozen network says of every image, computed once and mapped into memory: floats, one row an image. Safe for many
 * threads.
 */
public final class FrozenTensors implements ImageRows {

    private static final int BATCH = 16;

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

    /** A frozen network of several outputs. */
    @FunctionalInterface
    public interface Networks {
        /**
         * Evaluates images.
         *
         * @param images places in the packed store
         * @return for every output a row an image, one after the other
         */
        List<float[]> rows(int[] images);
    }

    /**
     * An output of a network.
     *
     * @param file where it lies; its name must hold the digests of the network and of the images
     * @param width floats of a row
     */
    public record Output(Path file, int width) {}

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
        return of(List.of(new Output(file, width)), rows, images -> List.of(network.rows(images)), done)
                .get(0);
    }

    /**
     * The same for several outputs of a network, in one pass over the images.
     *
     * @param outputs where they lie, and how wide they are
     * @param network gives rows of every output
     * @return the outputs, in their order
     */
    public static List<FrozenTensors> of(List<Output> outputs, int rows, Networks network, IntConsumer done)
            throws IOException {
        if (!outputs.stream().allMatch(output -> Files.exists(output.file()))) {
            compute(outputs, rows, network, done);
        }
        List<FrozenTensors> found = new ArrayList<>();
        for (Output output : outputs) {
            found.add(new FrozenTensors(output.file(), rows, output.width()));
        }
        return found;
    }

    private static void compute(List<Output> outputs, int rows, Networks network, IntConsumer done) throws IOException {
        List<FrozenDraft> drafts = new ArrayList<>();
        try {
            int ready = rows;
            for (Output output : outputs) {
                FrozenDraft draft = FrozenDraft.open(output, rows, BATCH);
                drafts.add(draft);
                ready = Math.min(ready, draft.ready());
            }
            while (ready < rows) {
                int[] images = new int[Math.min(BATCH, rows - ready)];
                for (int i = 0; i < images.length; i++) {
                    images[i] = ready + i;
                }
                List<float[]> values = network.rows(images);
                for (int i = 0; i < drafts.size(); i++) {
                    drafts.get(i).write(ready, values.get(i));
                }
                ready += images.length;
                done.accept(ready);
            }
            for (FrozenDraft draft : drafts) {
                draft.finish();
            }
        } finally {
            for (FrozenDraft draft : drafts) {
                draft.close();
            }
        }
    }

    @Override
    public float[] read(int[] images) {
        float[] values = new float[images.length * width];
        for (int i = 0; i < images.length; i++) {
            ByteBuffer chunk = chunks.get(images[i] / chunkRows).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            chunk.position(4 * (images[i] % chunkRows) * width);
            chunk.asFloatBuffer().get(values, i * width, width);
        }
        return values;
    }

    @Override
    public int width() {
        return width;
    }
}
