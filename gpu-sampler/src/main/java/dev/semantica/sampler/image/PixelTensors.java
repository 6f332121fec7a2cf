package dev.semantica.sampler.image;

/** Pictures as tensors: float, channels first, value = byte·scale + offset for each channel. */
public final class PixelTensors {

    private PixelTensors() {}

    /**
     * Writes a picture as [3, height, width].
     *
     * @param scale per channel
     * @param offset per channel
     * @param target where to write 3·height·width values
     * @param at first position to write
     */
    public static void write(RgbImage image, double[] scale, double[] offset, float[] target, int at) {
        int plane = image.width() * image.height();
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < plane; i++) {
                target[at + c * plane + i] = (float) ((image.rgb()[3 * i + c] & 0xFF) * scale[c] + offset[c]);
            }
        }
    }

    /** The inverse of {@link #write}: values are rounded to the nearest byte and clamped. */
    public static RgbImage read(float[] source, int at, int width, int height, double[] scale, double[] offset) {
        int plane = width * height;
        byte[] rgb = new byte[3 * plane];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < plane; i++) {
                double value = (source[at + c * plane + i] - offset[c]) / scale[c];
                rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
