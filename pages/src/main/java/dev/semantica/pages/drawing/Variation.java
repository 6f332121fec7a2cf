package dev.semantica.pages.drawing;

import dev.semantica.pages.factor.Factors;
import java.util.random.RandomGenerator;

/**
 * What an image of a page varies. Every factor is drawn uniformly from its range and independently of the others, except
 * the count.
 *
 * @param mirror whether the subject is mirrored at its vertical axis
 * @param tilt turn of the subject in degrees, −22 to 22, positive clockwise
 * @param x centre from the left, 0.38 to 0.62 of the width
 * @param y centre from the top, 0.40 to 0.60 of the height
 * @param scale size, 0.7 to 1.05 of the usual one
 * @param count how often the subject stands in the picture: 1 (60 %), 2 (28 %) or 3 (12 %)
 * @param stretch width to height of the subject, 0.88 to 1.14
 * @param lean horizontal shear, −0.12 to 0.12
 * @param pose how the subject holds itself (wings, hands of a clock, smoke …), −1 to 1
 * @param wobble push of the amounts of its shape, −1 to 1, that is ±12 % of their range
 * @param brightness factor of all channels, 0.80 to 1.10
 * @param warmth colour temperature, −1 (red × 0.94, blue × 1.06) to 1 (the reverse)
 * @param phase of the background's pattern, 0 to 1
 * @param turn of the background's pattern in degrees, −28 to 28
 */
public record Variation(
        boolean mirror,
        double tilt,
        double x,
        double y,
        double scale,
        int count,
        double stretch,
        double lean,
        double pose,
        double wobble,
        double brightness,
        double warmth,
        double phase,
        double turn) {

    /** Draws every factor. */
    public static Variation draw(RandomGenerator random) {
        return new Variation(
                random.nextBoolean(),
                within(random, -22, 22),
                within(random, 0.38, 0.62),
                within(random, 0.40, 0.60),
                within(random, 0.7, 1.05),
                count(random.nextDouble()),
                within(random, 0.88, 1.14),
                within(random, -0.12, 0.12),
                within(random, -1, 1),
                within(random, -1, 1),
                within(random, 0.80, 1.10),
                within(random, -1, 1),
                within(random, 0, 1),
                within(random, -28, 28));
    }

    /** The annotated factors. */
    public Factors factors() {
        return Factors.NONE
                .with("mirror", mirror)
                .with("tilt", tilt)
                .with("x", x)
                .with("y", y)
                .with("scale", scale)
                .with("count", (double) count)
                .with("stretch", stretch)
                .with("lean", lean)
                .with("pose", pose)
                .with("wobble", wobble)
                .with("brightness", brightness)
                .with("warmth", warmth)
                .with("phase", phase)
                .with("turn", turn);
    }

    private static int count(double share) {
        return share < 0.60 ? 1 : share < 0.88 ? 2 : 3;
    }

    /** Uniform, to four decimals: what is annotated is exactly what is drawn. */
    private static double within(RandomGenerator random, double low, double high) {
        return Math.round((low + (high - low) * random.nextDouble()) * 1e4) / 1e4;
    }
}
