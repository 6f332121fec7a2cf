package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;

/** What takes people along. */
final class Vehicles {

    private Vehicles() {}

    /** A car that drives to the right; the pose turns its wheels and rocks its body. */
    static void car(Sketch s) {
        double rock = s.posed(-0.03, 0.03);
        switch (s.form("body")) {
            case "van" -> {
                s.part(box(-0.98, -0.62 + rock, 0.98, 0.4 + rock, 0.18), s.main);
                s.part(box(0.34, -0.46 + rock, 0.84, -0.06 + rock, 0.06), Tone.GLASS);
                s.part(box(-0.3, -0.46 + rock, 0.2, -0.06 + rock, 0.06), Tone.GLASS);
                s.detail(box(-0.98, 0.04 + rock, 0.98, 0.18 + rock, 0), s.second);
            }
            case "beetle" -> {
                s.part(
                        blob(
                                -1.0, 0.36, -0.94, 0.0, -0.6, -0.3, -0.2, -0.68, 0.3, -0.62, 0.56, -0.18, 0.92, -0.02,
                                1.0, 0.36),
                        s.main);
                s.part(polygon(0.0, -0.12 + rock, 0.0, -0.52, 0.24, -0.5, 0.44, -0.12 + rock), Tone.GLASS);
                s.part(polygon(-0.1, -0.12 + rock, -0.1, -0.52, -0.26, -0.5, -0.48, -0.12 + rock), Tone.GLASS);
                s.detail(box(-0.96, 0.14, 0.98, 0.26, 0), s.second);
            }
            default -> {
                s.part(
                        polygon(-0.62, -0.1 + rock, -0.42, -0.62 + rock, 0.26, -0.62 + rock, 0.58, -0.1 + rock),
                        s.second);
                s.part(
                        polygon(-0.44, -0.12 + rock, -0.32, -0.48 + rock, -0.1, -0.48 + rock, -0.1, -0.12 + rock),
                        Tone.GLASS);
                s.part(
                        polygon(0.04, -0.12 + rock, 0.04, -0.48 + rock, 0.2, -0.48 + rock, 0.4, -0.12 + rock),
                        Tone.GLASS);
                s.part(box(-1.0, -0.14 + rock, 1.0, 0.42 + rock, 0.16), s.main);
            }
        }
        s.part(circle(0.88, 0.06 + rock, 0.1), Tone.GOLD);
        double radius = s.amount("wheels", 0.24, 0.34);
        for (double x : new double[] {-0.54, 0.54}) {
            s.part(circle(x, 0.44, radius), Tone.INK);
            s.detail(circle(x, 0.44, radius * 0.55), Tone.METAL);
            Shape spokes = Forms.join(
                    box(x - 0.03, 0.44 - radius * 0.5, x + 0.03, 0.44 + radius * 0.5, 0),
                    box(x - radius * 0.5, 0.41, x + radius * 0.5, 0.47, 0));
            s.detail(Forms.turned(spokes, s.posed(-45, 45), x, 0.44), Tone.INK);
        }
        if (s.is("roof", "rack")) {
            s.mark(lines(-0.4, -0.74 + rock, 0.24, -0.74 + rock), 0.07, Tone.INK);
            s.part(box(-0.3, -0.98 + rock, 0.12, -0.76 + rock, 0.05), Tone.WOOD);
        }
    }

    /** A sailing boat; the pose fills its sails. */
    static void boat(Sketch s) {
        s.part(box(-0.07, -0.98, 0.03, 0.4, 0.03), Tone.WOOD);
        double wind = s.posed(0.0, 0.2);
        double high = s.amount("sail", -0.74, -0.98);
        s.part(curvedSail(0.06, high, 0.06, 0.26, 0.84, 0.26, wind), s.second);
        if (s.number("sails") > 1) {
            s.part(curvedSail(-0.12, high + 0.16, -0.12, 0.26, -0.68, 0.26, -wind * 0.5), Tone.PAPER);
        }
        if (s.is("flag", "pennant")) {
            s.part(polygon(-0.02, -1.08, 0.36, -0.96, -0.02, -0.86), s.main);
        }
        Shape hull = s.is("hull", "round")
                ? blob(-0.96, 0.36, 0, 0.4, 0.96, 0.36, 0.62, 0.84, 0, 0.92, -0.62, 0.84)
                : polygon(-0.98, 0.36, 1.02, 0.36, 0.66, 0.88, -0.7, 0.88);
        s.part(hull, s.main);
        s.detail(within(hull, box(-2, 0.48, 2, 0.58, 0)), Tone.PAPER);
    }

    private static Shape curvedSail(
            double topX, double topY, double footX, double footY, double outX, double outY, double wind) {
        java.awt.geom.Path2D sail = new java.awt.geom.Path2D.Double();
        sail.moveTo(topX, topY);
        sail.quadTo((topX + outX) / 2 + wind + (outX > topX ? 0.16 : -0.1), (topY + outY) / 2 - 0.04, outX, outY);
        sail.lineTo(footX, footY);
        sail.closePath();
        return sail;
    }

    /** A steam engine that drives to the right; the pose moves its smoke. */
    static void train(Sketch s) {
        double drift = s.posed(-0.24, 0.0);
        s.detail(circle(0.5 + drift * 0.4, -0.84, 0.13), Tone.PAPER);
        s.detail(circle(0.3 + drift, -0.98, 0.17), Tone.PAPER);
        s.part(
                s.is("chimney", "funnel")
                        ? polygon(0.36, -0.72, 0.76, -0.72, 0.64, -0.2, 0.48, -0.2)
                        : box(0.46, -0.7, 0.68, -0.2, 0.02),
                Tone.INK);
        s.part(oval(0.12, -0.28, 0.16, 0.14), Tone.GOLD);
        s.part(box(-0.3, -0.26, 0.84, 0.34, 0.14), s.main);
        s.part(box(-0.94, -0.66, -0.26, 0.34, 0.04), s.main);
        s.part(box(-1.04, -0.82, -0.16, -0.62, 0.06), s.second);
        s.part(box(-0.78, -0.5, -0.42, -0.12, 0.04), Tone.GLASS);
        for (int i = 0; i < s.number("bands"); i++) {
            s.detail(box(-0.06 + i * 0.3, -0.22, 0.05 + i * 0.3, 0.3, 0), s.second);
        }
        s.part(polygon(0.78, 0.34, 1.08, 0.68, 0.62, 0.68), s.second);
        s.part(box(-0.98, 0.3, 0.88, 0.46, 0.03), Tone.INK);
        double big = s.amount("wheels", 0.26, 0.34);
        wheel(s, -0.58, 0.82 - big, big);
        wheel(s, 0.12, 0.6, 0.22);
        wheel(s, 0.6, 0.6, 0.22);
    }

    private static void wheel(Sketch s, double x, double y, double radius) {
        s.part(circle(x, y, radius), s.second);
        s.detail(circle(x, y, radius * 0.45), Tone.INK);
        s.detail(circle(x, y, radius * 0.2), Tone.METAL);
    }

    /** A rocket that flies up; the pose feeds its flame. */
    static void rocket(Sketch s) {
        double flame = s.posed(0.78, 1.06);
        s.detail(blob(-0.24, 0.5, -0.2, 0.76, 0, flame, 0.2, 0.76, 0.24, 0.5), Tone.FLAME);
        s.detail(blob(-0.12, 0.5, -0.1, 0.66, 0, flame - 0.16, 0.1, 0.66, 0.12, 0.5), Tone.GOLD);
        double fin = s.amount("fins", 0.62, 0.82);
        Shape right = s.is("fin", "swept")
                ? polygon(0.26, 0.02, fin, 0.5, fin, 0.82, 0.24, 0.54)
                : blob(0.24, 0.0, 0.6, 0.14, fin, 0.66, 0.4, 0.6, 0.2, 0.56);
        s.part(right, s.second);
        s.part(Forms.mirrored(right), s.second);
        Shape body = blob(
                0, -1.02, 0.26, -0.66, 0.38, -0.16, 0.34, 0.3, 0.24, 0.58, -0.24, 0.58, -0.34, 0.3, -0.38, -0.16, -0.26,
                -0.66);
        s.part(body, s.main);
        s.detail(within(body, box(-2, -2, 2, -0.6, 0)), s.second);
        for (int i = 0; i < s.number("windows"); i++) {
            double y = -0.3 + i * 0.4;
            double radius = i == 0 ? 0.17 : 0.13;
            s.part(circle(0, y, radius), Tone.PAPER);
            s.detail(circle(0, y, radius * 0.66), Tone.darker(Tone.GLASS, 0.2));
        }
    }

    /** A hot-air balloon; the pose swings its basket. */
    static void balloon(Sketch s) {
        double swing = s.posed(-0.14, 0.14);
        s.mark(lines(-0.34, 0.26, -0.14 + swing, 0.72), 0.045, Tone.INK);
        s.mark(lines(0.34, 0.26, 0.14 + swing, 0.72), 0.045, Tone.INK);
        double half = s.amount("width", 0.66, 0.8);
        Shape hull = blob(
                0,
                -1.0,
                half * 0.72,
                -0.78,
                half,
                -0.32,
                half * 0.72,
                0.1,
                0.3,
                0.42,
                -0.3,
                0.42,
                -half * 0.72,
                0.1,
                -half,
                -0.32,
                -half * 0.72,
                -0.78);
        s.part(hull, s.main);
        switch (s.form("pattern")) {
            case "gores" -> {
                s.detail(within(hull, oval(0, -0.3, half * 0.3, 0.8)), s.second);
                s.detail(within(hull, box(-2, -2, -half * 0.68, 2, 0)), s.second);
                s.detail(within(hull, box(half * 0.68, -2, 2, 2, 0)), s.second);
            }
            case "band" -> {
                s.detail(within(hull, box(-2, -0.5, 2, -0.1, 0)), s.second);
                s.detail(within(hull, box(-2, -0.36, 2, -0.24, 0)), Tone.PAPER);
            }
            default -> s.detail(Forms.heart(0, -0.3, 0.36), s.second);
        }
        s.mark(curve(-half + 0.16, -0.6, -half + 0.1, -0.4, -half + 0.14, -0.2), 0.08, Tone.lighter(s.main, 0.6));
        s.part(box(-0.2 + swing, 0.68, 0.2 + swing, 1.0, 0.06), Tone.WOOD);
    }
}
