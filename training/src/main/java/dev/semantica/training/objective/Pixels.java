package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.ImageRows;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.network.Scaling;
import java.nio.ByteBuffer;

/** Bytes of the packed store to arrays in −1 … 1, and back to pictures. */
public final class Pixels {

    private Pixels() {}

    /** Images as [n, 3, side, side], value / 127.5 − 1. */
    public static NDArray of(PackedPages store, int[] images, NDManager manager) {
        return of(bytes(store, images), images.length, store.side(), manager);
    }

    /** The same as plain values, one image after the other. */
    public static float[] values(PackedPages store, int[] images) {
        return values(bytes(store, images));
    }

    /** Bytes as values in −1 … 1. */
    public static float[] values(byte[] bytes) {
        float[] values = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = (bytes[i] & 0xff) / 127.5f - 1;
        }
        return values;
    }

    /** Values of a store's images as rows, computed when they are read. */
    public static ImageRows rows(PackedPages store) {
        return new ImageRows() {
            @Override
            public float[] read(int[] images) {
                return values(store, images);
            }

            @Override
            public int width() {
                return 3 * store.side() * store.side();
            }
        };
    }

    static byte[] bytes(PackedPages store, int[] images) {
        int size = 3 * store.side() * store.side();
        byte[] bytes = new byte[images.length * size];
        for (int i = 0; i < images.length; i++) {
            store.read(images[i], bytes, i * size);
        }
        return bytes;
    }

    static NDArray of(byte[] bytes, int count, int side, NDManager manager) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        NDArray values = manager.create(direct, new Shape(count, 3, side, side), DataType.UINT8)
                .toType(DataType.FLOAT32, false);
        return Scaling.by(1 / 127.5, values).sub(1);
    }

    /** Means over blocks of maps: [n, c, h, w] to [n, c, h / block, w / block]. */
    static NDArray means(NDArray maps, int block) {
        Shape shape = maps.getShape();
        return maps.reshape(shape.get(0), shape.get(1), shape.get(2) / block, block, shape.get(3) / block, block)
                .mean(new int[] {5})
                .mean(new int[] {3});
    }

    /** One picture of an array [n, 3, side, side]; values beyond −1 … 1 are clamped. */
    static RgbImage picture(float[] values, int place, int side) {
        int plane = side * side;
        byte[] rgb = new byte[3 * plane];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < plane; i++) {
                double value = (values[(place * 3 + c) * plane + i] + 1) * 127.5;
                rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
            }
        }
        return new RgbImage(side, side, rgb);
    }
}
