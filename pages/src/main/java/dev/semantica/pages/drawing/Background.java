package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.star;

import java.awt.BasicStroke;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/**
 * Families of backgrounds. They are drawn in a square from −1 to 1 that is turned about its centre, so they reach beyond
 * it; the phase, 0 to 1, moves their pattern by one period.
 */
// Immutable in effect: the patterns are static methods.
@SuppressWarnings("ImmutableEnumChecker")
enum Background {
    GRADIENT(Background::gradient),
    HORIZON(Background::horizon),
    STRIPES(Background::stripes),
    DOTS(Background::dots),
    HILLS(Background::hills),
    CHECKS(Background::checks),
    RAYS(Background::rays),
    WAVES(Background::waves),
    RINGS(Background::rings),
    STARS(Background::stars);

    private static final double FAR = 1.6;

    /** Draws a pattern over the ground's base colour. */
    private interface Pattern {
        void draw(Graphics2D graphics, Ground ground, double phase);
    }

    private final Pattern pattern;

    Background(Pattern pattern) {
        this.pattern = pattern;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Draws it; the graphics' unit is half of the picture and its origin the centre. */
    void draw(Graphics2D graphics, Ground ground, double phase, double turn) {
        AffineTransform before = graphics.getTransform();
        graphics.rotate(Math.toRadians(turn));
        graphics.setPaint(ground.base());
        graphics.fill(new Rectangle2D.Double(-FAR, -FAR, 2 * FAR, 2 * FAR));
        graphics.setPaint(ground.mate());
        pattern.draw(graphics, ground, phase);
        graphics.setTransform(before);
    }

    private static void gradient(Graphics2D graphics, Ground ground, double phase) {
        float middle = (float) (phase - 0.5);
        graphics.setPaint(new GradientPaint(
                0,
                middle - 1.1f,
                Tone.lighter(ground.base(), 0.35),
                0,
                middle + 1.1f,
                Tone.darker(ground.mate(), 0.12)));
        graphics.fill(new Rectangle2D.Double(-FAR, -FAR, 2 * FAR, 2 * FAR));
    }

    private static void horizon(Graphics2D graphics, Ground ground, double phase) {
        double height = 0.1 + 0.5 * phase;
        graphics.setPaint(
                new GradientPaint(0, -1.2f, ground.base(), 0, (float) height, Tone.lighter(ground.base(), 0.35)));
        graphics.fill(new Rectangle2D.Double(-FAR, -FAR, 2 * FAR, 2 * FAR));
        graphics.setPaint(new GradientPaint(
                0, (float) height, Tone.darker(ground.mate(), 0.05), 0, 1.3f, Tone.darker(ground.mate(), 0.28)));
        graphics.fill(new Rectangle2D.Double(-FAR, height, 2 * FAR, 2 * FAR));
    }

    private static void stripes(Graphics2D graphics, Ground ground, double phase) {
        double period = 0.5;
        for (double x = -FAR - period + phase * period; x < FAR; x += period) {
            graphics.fill(new Rectangle2D.Double(x, -FAR, period / 2, 2 * FAR));
        }
    }

    private static void dots(Graphics2D graphics, Ground ground, double phase) {
        double period = 0.46;
        for (int row = -5; row <= 5; row++) {
            for (int column = -5; column <= 5; column++) {
                double x = (column + (row % 2 == 0 ? 0 : 0.5) + phase) * period;
                graphics.fill(circle(x, row * period * 0.87, period * 0.24));
            }
        }
    }

    private static void hills(Graphics2D graphics, Ground ground, double phase) {
        graphics.setPaint(new GradientPaint(0, -1.2f, ground.base(), 0, 0.4f, Tone.lighter(ground.base(), 0.4)));
        graphics.fill(new Rectangle2D.Double(-FAR, -FAR, 2 * FAR, 2 * FAR));
        for (int range = 0; range < 3; range++) {
            double top = 0.12 + 0.3 * range;
            double period = 1.15 + 0.35 * range;
            graphics.setPaint(Tone.darker(ground.mate(), 0.14 * range));
            graphics.fill(ridge(top, 0.17, period, phase * period + range * 0.37));
        }
    }

    private static void checks(Graphics2D graphics, Ground ground, double phase) {
        double side = 0.34;
        double shift = (phase - 0.5) * 2 * side;
        for (int row = -6; row <= 6; row++) {
            for (int column = -6; column <= 6; column++) {
                if ((row + column) % 2 == 0) {
                    graphics.fill(new Rectangle2D.Double(column * side + shift, row * side, side, side));
                }
            }
        }
    }

    private static void rays(Graphics2D graphics, Ground ground, double phase) {
        int rays = 9;
        for (int i = 0; i < rays; i++) {
            double from = 2 * Math.PI * (i + phase) / rays;
            double to = from + Math.PI / rays;
            graphics.fill(polygon(0, 0, 3 * Math.cos(from), 3 * Math.sin(from), 3 * Math.cos(to), 3 * Math.sin(to)));
        }
    }

    private static void waves(Graphics2D graphics, Ground ground, double phase) {
        double period = 0.62;
        graphics.setStroke(new BasicStroke(0.13f));
        for (int row = -6; row <= 6; row++) {
            Path2D wave = new Path2D.Double();
            for (double x = -FAR; x <= FAR; x += 0.06) {
                double y = row * 0.38 + 0.1 * Math.sin(2 * Math.PI * (x / period + phase));
                if (x == -FAR) {
                    wave.moveTo(x, y);
                } else {
                    wave.lineTo(x, y);
                }
            }
            graphics.draw(wave);
        }
    }

    private static void rings(Graphics2D graphics, Ground ground, double phase) {
        double period = 0.42;
        graphics.setStroke(new BasicStroke((float) (period / 2)));
        for (int i = 0; i < 6; i++) {
            graphics.draw(circle(0, -0.25, (i + phase) * period));
        }
    }

    private static void stars(Graphics2D graphics, Ground ground, double phase) {
        double period = 0.62;
        graphics.setPaint(Tone.mix(ground.mate(), Tone.PAPER, 0.65));
        for (int row = -4; row <= 4; row++) {
            for (int column = -4; column <= 4; column++) {
                double x = (column + (row % 2 == 0 ? 0 : 0.5) + phase) * period;
                double size = Math.floorMod(row * 3 + column * 5, 3) == 0 ? 0.16 : 0.1;
                graphics.fill(star(x, row * 0.45, 5, size, size * 0.45));
            }
        }
    }

    private static Path2D ridge(double top, double height, double period, double shift) {
        Path2D path = new Path2D.Double();
        path.moveTo(-FAR, 2 * FAR);
        for (double x = -FAR; x <= FAR; x += 0.06) {
            path.lineTo(x, top + height * Math.cos(2 * Math.PI * (x + shift) / period));
        }
        path.lineTo(FAR, 2 * FAR);
        path.closePath();
        return path;
    }
}
