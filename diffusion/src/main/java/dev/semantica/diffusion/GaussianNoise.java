package dev.semantica.diffusion;

/**
 * Standard normal noise that depends on (seed, index, draw, position) and nothing else: not on batch, thread or order.
 *
 * <p>The key is the seed; the counter holds position/4, draw and index. Words become normals by Box and Muller (1958)
 * with {@link StrictMath}, whose results are the same on every platform.
 */
public final class GaussianNoise {

    /** The draw that a row starts from; the noise of step k is draw k + 1. */
    public static final int INITIAL_DRAW = 0;

    private static final double UNIT = 0x1p-32;

    private GaussianNoise() {}

    /**
     * Fills a range with the first values of a draw.
     *
     * @param seed seed of the noise
     * @param index index of the variation
     * @param draw number of the draw, at least 0
     * @param target where to write
     * @param offset first position to write
     * @param length number of values
     */
    public static void fill(long seed, int index, int draw, float[] target, int offset, int length) {
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        int[] words = new int[4];
        for (int position = 0; position < length; position += 4) {
            words[0] = position / 4;
            words[1] = draw;
            words[2] = index;
            words[3] = 0;
            Philox4x32.scramble(words, key0, key1);
            int rest = Math.min(4, length - position);
            for (int pair = 0; pair < rest; pair += 2) {
                // Half a unit off zero: the logarithm stays finite.
                double radius =
                        StrictMath.sqrt(-2 * StrictMath.log((Integer.toUnsignedLong(words[pair]) + 0.5) * UNIT));
                double angle = 2 * Math.PI * ((Integer.toUnsignedLong(words[pair + 1]) + 0.5) * UNIT);
                target[offset + position + pair] = (float) (radius * StrictMath.cos(angle));
                if (pair + 1 < rest) {
                    target[offset + position + pair + 1] = (float) (radius * StrictMath.sin(angle));
                }
            }
        }
    }
}
