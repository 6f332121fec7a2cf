package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.mirrored;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.segment;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;
import java.awt.geom.AffineTransform;

/** Small ones of the meadow. */
final class Insects {

    private Insects() {}

    /** A butterfly from above; the pose closes its wings. */
    static void butterfly(Sketch s) {
        double open = s.posed(0.68, 1.05);
        double upper = s.amount("wings", 0.82, 1.0);
        Shape top = s.is("form", "round")
                ? blob(0.06, -0.1, 0.3, -0.76, 0.74, -0.86, 0.98 * upper, -0.46, 0.7, 0.0, 0.3, 0.08)
                : blob(0.06, -0.1, 0.3, -0.6, 0.8, -0.98, 1.04 * upper, -0.84, 0.82, -0.2, 0.4, 0.06);
        Shape bottom = s.is("form", "round")
                ? blob(0.06, 0.0, 0.4, 0.0, 0.74, 0.3, 0.62, 0.72, 0.28, 0.7)
                : blob(0.06, 0.0, 0.4, 0.0, 0.72, 0.24, 0.58, 0.6, 0.62, 0.98, 0.3, 0.7);
        for (int side = -1; side <= 1; side += 2) {
            AffineTransform fold = AffineTransform.getScaleInstance(side * open, 1);
            s.part(fold.createTransformedShape(bottom), s.second);
            s.part(fold.createTransformedShape(top), s.main);
            Shape mark = s.is("marks", "eyes") ? circle(0.62, -0.46, 0.2) : within(top, curveBand());
            s.detail(fold.createTransformedShape(mark), s.second);
            if (s.is("marks", "eyes")) {
                s.detail(fold.createTransformedShape(circle(0.62, -0.46, 0.09)), Tone.INK);
            }
            s.detail(fold.createTransformedShape(circle(0.42, 0.4, 0.12)), s.main);
        }
        s.mark(curve(0.02, -0.4, 0.1, -0.7, 0.26, -0.84), 0.05, Tone.INK);
        s.mark(curve(-0.02, -0.4, -0.1, -0.7, -0.26, -0.84), 0.05, Tone.INK);
        s.detail(oval(0, 0.12, 0.09, 0.52), Tone.INK);
        s.detail(circle(0, -0.44, 0.13), Tone.INK);
    }

    private static Shape curveBand() {
        return Forms.stroke(curve(0.5, -1.0, 0.62, -0.5, 0.5, 0.1), 0.16);
    }

    /** A ladybird from above; the pose opens its wings a little. */
    static void ladybird(Sketch s) {
        for (double y : new double[] {-0.2, 0.2, 0.56}) {
            s.mark(lines(-0.5, y, -0.86, y + 0.12), 0.09, Tone.INK);
            s.mark(lines(0.5, y, 0.86, y + 0.12), 0.09, Tone.INK);
        }
        s.mark(curve(-0.14, -0.8, -0.22, -0.98, -0.38, -1.04), 0.06, Tone.INK);
        s.mark(curve(0.14, -0.8, 0.22, -0.98, 0.38, -1.04), 0.06, Tone.INK);
        s.part(oval(0, -0.58, 0.4, 0.32), Tone.INK);
        s.detail(circle(-0.2, -0.66, 0.1), Tone.PAPER);
        s.detail(circle(0.2, -0.66, 0.1), Tone.PAPER);
        s.detail(oval(0, 0.2, 0.5, 0.62), Tone.darker(s.second, 0.3));
        double open = s.posed(0, 16);
        Shape half = segment(0, 0.18, s.amount("width", 0.66, 0.8), 0.72, 90, -180);
        Shape right = Forms.turned(half, -open, 0, -0.5);
        s.part(right, s.main);
        s.part(mirrored(right), s.main);
        int spots = s.number("spots");
        for (int i = 0; i < spots; i++) {
            double angle = Math.toRadians(-50 + 120.0 * i / Math.max(1, spots - 1));
            Shape spot = Forms.turned(
                    circle(0.4 * Math.cos(angle), 0.18 + 0.46 * Math.sin(angle), spots > 3 ? 0.12 : 0.16),
                    -open,
                    0,
                    -0.5);
            s.detail(spot, s.second);
            s.detail(mirrored(spot), s.second);
        }
    }

    /** A snail that looks to the right; the pose stretches its horns. */
    static void snail(Sketch s) {
        s.part(
                blob(
                        -1.0, 0.78, -0.5, 0.5, 0.3, 0.5, 0.46, 0.1, 0.5, -0.24, 0.72, -0.36, 0.94, -0.2, 0.92, 0.2, 0.8,
                        0.6, 0.5, 0.8),
                s.second);
        double horn = s.posed(-0.62, -0.86);
        s.mark(lines(0.66, -0.3, 0.54, horn), 0.07, Tone.darker(s.second, 0.25));
        s.mark(lines(0.82, -0.28, 0.92, horn), 0.07, Tone.darker(s.second, 0.25));
        s.bead(0.54, horn, 0.1);
        s.bead(0.92, horn, 0.1);
        s.mark(curve(0.74, 0.0, 0.82, 0.06, 0.9, 0.0), 0.05, Tone.INK);
        double radius = s.amount("shell", 0.56, 0.7);
        s.part(circle(-0.2, 0.62 - radius, radius), s.main);
        if (s.is("pattern", "spiral")) {
            double[] points = new double[40];
            for (int i = 0; i < 20; i++) {
                double angle = 0.75 * i;
                double r = radius * (0.86 - 0.042 * i);
                points[2 * i] = -0.2 + r * Math.cos(angle);
                points[2 * i + 1] = 0.62 - radius + r * Math.sin(angle);
            }
            s.mark(curve(points), 0.1, Tone.darker(s.main, 0.45));
        } else {
            for (int ring = 1; ring <= 2; ring++) {
                s.mark(circle(-0.2, 0.62 - radius, radius * (0.96 - 0.32 * ring)), 0.1, Tone.lighter(s.main, 0.55));
            }
        }
    }
}
