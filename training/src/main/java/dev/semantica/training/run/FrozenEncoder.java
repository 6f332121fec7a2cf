package dev.semantica.training.run;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.export.ConditionEncoder;
import dev.semantica.training.export.EncoderSession;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.PageEncoderConfig;
import dev.semantica.training.objective.Pixels;
import java.io.IOException;
import java.util.List;

/** The encoder that conditions the denoiser: one that was trained here, or one that came as a graph. */
interface FrozenEncoder extends AutoCloseable {

    /** Names its caches: a digest of itself and of the images. */
    String key();

    /** What it says of an image. */
    StageNetworks.Condition shape();

    /** Tokens and pooled vectors of images, one row an image each. */
    List<float[]> encode(int[] images, PackedPages store);

    /**
     * The same of pictures that are not in a store.
     *
     * @param pixels [rows, 3, side, side] in −1 … 1
     */
    List<float[]> encode(float[] pixels, int rows);

    /** Its graph for a bundle. */
    ConditionEncoder graph() throws IOException;

    @Override
    void close();

    /** One that was trained here; it stays the caller's to close. */
    static FrozenEncoder of(PageEncoder encoder, String key, NDManager manager) {
        return new FrozenEncoder() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public StageNetworks.Condition shape() {
                PageEncoderConfig config = encoder.config();
                return StageNetworks.condition(config);
            }

            @Override
            public List<float[]> encode(int[] images, PackedPages store) {
                try (NDManager work = manager.newSubManager()) {
                    Encoding encoding = encoder.encode(Pixels.of(store, images, work));
                    return List.of(
                            encoding.tokens().toFloatArray(), encoding.pooled().toFloatArray());
                }
            }

            @Override
            public List<float[]> encode(float[] pixels, int rows) {
                int side = encoder.config().side();
                try (NDManager work = manager.newSubManager()) {
                    Encoding encoding = encoder.encode(work.create(pixels, new Shape(rows, 3, side, side)));
                    return List.of(
                            encoding.tokens().toFloatArray(), encoding.pooled().toFloatArray());
                }
            }

            @Override
            public ConditionEncoder graph() throws IOException {
                return ConditionEncoder.of(encoder, manager);
            }

            @Override
            public void close() {}
        };
    }

    /** One that came as a graph, and is closed with this. */
    static FrozenEncoder of(EncoderSession session, String key) {
        return new FrozenEncoder() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public StageNetworks.Condition shape() {
                return new StageNetworks.Condition(session.tokens(), session.tokenWidth(), session.pooledWidth());
            }

            @Override
            public List<float[]> encode(int[] images, PackedPages store) {
                return session.encode(Pixels.values(store, images), images.length);
            }

            @Override
            public List<float[]> encode(float[] pixels, int rows) {
                return session.encode(pixels, rows);
            }

            @Override
            public ConditionEncoder graph() {
                return session.encoder();
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }
}
