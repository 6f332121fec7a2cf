package dev.semantica.sampler.image;

/** Brings a picture to a size: the middle is kept, what does not fit the shape is cut off. Pure Java, so it is the same everywhere. */
public final class Resizing {

    private Resizing() {}

    /**
     * Scales a picture until it covers the size and cuts what stands over, evenly on both sides. Shrinking averages
     * over the area (a triangle filter as wide as the step), growing interpolates linearly. A picture of that size
     * already is returned as it is.
     */
    public static RgbImage cover(RgbImage image, int width, int height) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
        double scale = Math.max((double) width / image.width(), (double) height / image.height());
        double cropX = (image.width() - width / scale) / 2;
        double cropY = (image.height() - height / scale) / 2;
        Filter horizontal = new Filter(image.width(), width, scale, cropX);
        Filter vertical = new Filter(image.height(), height, scale, cropY);
        float[] narrow = new float[3 * width * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    double sum = 0;
                    for (int k = 0; k < horizontal.weights[x].length; k++) {
                        sum += horizontal.weights[x][k] * image.channel(horizontal.first[x] + k, y, c);
                    }
                    narrow[3 * (y * width + x) + c] = (float) sum;
                }
            }
        }
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < 3 * width; i++) {
                double sum = 0;
                for (int k = 0; k < vertical.weights[y].length; k++) {
                    sum += vertical.weights[y][k] * narrow[(vertical.first[y] + k) * 3 * width + i];
                }
                rgb[3 * y * width + i] = (byte) Math.max(0, Math.min(255, Math.round(sum)));
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** For every target position along one axis, the source positions that it is made of and their weights. */
    private static final class Filter {
        private final int[] first;
        private final double[][] weights;

        Filter(int source, int target, double scale, double crop) {
            first = new int[target];
            weights = new double[target][];
            double support = Math.max(1, 1 / scale);
            for (int i = 0; i < target; i++) {
                double centre = crop + (i + 0.5) / scale - 0.5;
                int from = Math.max(0, (int) Math.ceil(centre - support));
                int to = Math.min(source - 1, (int) Math.floor(centre + support));
                double[] taps = new double[Math.max(1, to - from + 1)];
                double total = 0;
                for (int k = 0; k < taps.length; k++) {
                    taps[k] = Math.max(1e-9, 1 - Math.abs(from + k - centre) / support);
                    total += taps[k];
                }
                for (int k = 0; k < taps.length; k++) {
                    taps[k] /= total;
                }
                first[i] = Math.min(from, source - 1);
                weights[i] = taps;
            }
        }
    }
}
