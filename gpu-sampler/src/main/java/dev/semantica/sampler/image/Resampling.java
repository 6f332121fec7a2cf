package dev.semantica.sampler.image;

/**
 * Scales a picture to an exact size as Pillow does (Image.resize), which most encoders were trained behind: separable, the
 * filter as wide as the step when shrinking, weights in fixed point, bytes between the passes. The same bytes on every
 * machine.
 */
public enum Resampling {
    /** A triangle of radius 1. */
    BILINEAR(1),
    /** Keys 1981 with a = −0.5, radius 2. */
    BICUBIC(2),
    /** A windowed sinc of radius 3. */
    LANCZOS(3);

    private static final int FRACTION_BITS = 22;

    private final double radius;

    Resampling(double radius) {
        this.radius = radius;
    }

    /** The picture at that size; its shape is not kept. A picture of that size is returned as it is. */
    public RgbImage resize(RgbImage image, int width, int height) {
        RgbImage narrow = image.width() == width ? image : horizontally(image, width);
        return narrow.height() == height ? narrow : vertically(narrow, height);
    }

    private RgbImage horizontally(RgbImage image, int width) {
        Taps taps = new Taps(image.width(), width);
        byte[] rgb = new byte[3 * width * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int from = 3 * (y * image.width() + taps.first[x]);
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (y * width + x) + c] = weigh(taps.weights[x], image.rgb(), from + c, 3);
                }
            }
        }
        return new RgbImage(width, image.height(), rgb);
    }

    private RgbImage vertically(RgbImage image, int height) {
        Taps taps = new Taps(image.height(), height);
        int row = 3 * image.width();
        byte[] rgb = new byte[row * height];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < row; i++) {
                rgb[row * y + i] = weigh(taps.weights[y], image.rgb(), row * taps.first[y] + i, row);
            }
        }
        return new RgbImage(image.width(), height, rgb);
    }

    private static byte weigh(int[] weights, byte[] values, int from, int step) {
        int sum = 1 << (FRACTION_BITS - 1);
        for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * (values[from + k * step] & 0xFF);
        }
        return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
    }

    /** The filter at a distance of at least 0. */
    private double weight(double distance) {
        if (distance >= radius) {
            return 0;
        }
        return switch (this) {
            case BILINEAR -> 1 - distance;
            case BICUBIC -> keys(distance);
            case LANCZOS -> sinc(distance) * sinc(distance / radius);
        };
    }

    private static double keys(double x) {
        double a = -0.5;
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * a;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /** For every target position along one axis, where its source positions begin and their weights. */
    private final class Taps {
        private final int[] first;
        private final int[][] weights;

        Taps(int source, int target) {
            first = new int[target];
            weights = new int[target][];
            double step = (double) source / target;
            double widening = Math.max(1, step);
            double support = radius * widening;
            for (int i = 0; i < target; i++) {
                double centre = (i + 0.5) * step;
                int from = Math.max(0, (int) (centre - support + 0.5));
                int to = Math.min(source, (int) (centre + support + 0.5));
                double[] exact = new double[to - from];
                double total = 0;
                for (int k = 0; k < exact.length; k++) {
                    exact[k] = weight(Math.abs((from + k - centre + 0.5) / widening));
                    total += exact[k];
                }
                first[i] = from;
                weights[i] = new int[exact.length];
                for (int k = 0; k < exact.length; k++) {
                    // Rounds halves away from zero, as a cast of value ± 0.5 does in C.
                    double scaled = exact[k] / total * (1 << FRACTION_BITS);
                    weights[i][k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
                }
            }
        }
    }
}
