package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.arc;
import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.join;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.segment;
import static dev.semantica.pages.drawing.Forms.star;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Color;
import java.awt.Shape;

/** What grows. */
final class Plants {

    private Plants() {}

    /** A flower on its stem; the pose turns the petals. */
    static void flower(Sketch s) {
        double sway = s.posed(-0.1, 0.1);
        s.limb(curve(sway, -0.2, 0.02, 0.4, 0, 0.98), 0.09, Tone.LEAF);
        s.part(blob(0.02, 0.8, 0.24, 0.46, 0.56, 0.42, 0.4, 0.74), Tone.LEAF);
        s.part(blob(-0.02, 0.88, -0.24, 0.56, -0.56, 0.54, -0.4, 0.84), Tone.LEAF);
        int petals = s.number("petals");
        double length = s.amount("length", 0.5, 0.62);
        double width = Math.min(0.34, 1.15 / petals);
        double y = -0.34;
        for (int i = 0; i < petals; i++) {
            Shape petal = s.is("petal", "pointed")
                    ? blob(
                            sway,
                            y,
                            sway + width,
                            y - length * 0.55,
                            sway,
                            y - length - 0.1,
                            sway - width,
                            y - length * 0.55)
                    : oval(sway, y - length * 0.62, width, length * 0.46);
            s.part(turned(petal, 360.0 * i / petals + s.posed(-20, 20), sway, y), s.main);
        }
        s.part(circle(sway, y, 0.24), s.second);
        s.detail(circle(sway - 0.07, y - 0.07, 0.06), Tone.lighter(s.second, 0.5));
    }

    /** A tree; the pose blows its crown aside. */
    static void tree(Sketch s) {
        double blow = s.posed(-0.08, 0.08);
        double trunk = s.amount("trunk", 0.1, 0.18);
        s.part(polygon(-trunk, 0.98, -trunk * 0.7, 0.1, trunk * 0.7, 0.1, trunk, 0.98), Tone.WOOD);
        switch (s.form("crown")) {
            case "fir" -> {
                for (int i = 0; i < 3; i++) {
                    double y = 0.56 - i * 0.46;
                    double half = 0.7 - i * 0.16;
                    double top = blow * (i + 1) * 0.6;
                    s.part(
                            polygon(
                                    -half,
                                    y,
                                    top,
                                    y - 0.72,
                                    half,
                                    y,
                                    half * 0.4,
                                    y - 0.08,
                                    0,
                                    y,
                                    -half * 0.4,
                                    y - 0.08),
                            s.main);
                }
            }
            case "cloud" ->
                s.part(
                        join(
                                circle(-0.38 + blow, -0.12, 0.38),
                                circle(0.38 + blow, -0.14, 0.4),
                                circle(-0.2 + blow, -0.52, 0.36),
                                circle(0.22 + blow, -0.56, 0.36),
                                circle(blow, -0.16, 0.42)),
                        s.main);
            default -> {
                s.part(oval(blow, -0.32, 0.56, 0.64), s.main);
                s.mark(curve(0, 0.3, 0.02, 0.1, blow * 0.6, -0.2), trunk, Tone.WOOD);
                s.mark(lines(0.02, 0.12, 0.22 + blow * 0.5, -0.1), trunk * 0.7, Tone.WOOD);
                s.mark(lines(0.01, 0.04, -0.2 + blow * 0.5, -0.16), trunk * 0.7, Tone.WOOD);
            }
        }
        switch (s.form("bears")) {
            case "fruit" -> {
                double[][] places = {{-0.3, 0.0}, {0.28, 0.04}, {-0.02, -0.3}, {-0.2, -0.62}, {0.22, -0.56}};
                for (double[] place : places) {
                    double narrow = s.is("crown", "fir") ? 0.66 : 1;
                    s.part(circle(place[0] * narrow + blow, place[1], 0.1), s.second);
                }
            }
            case "star" -> s.part(star(blow * 1.4, s.is("crown", "fir") ? -1.0 : -0.92, 5, 0.24, 0.11), s.second);
            default -> s.mark(arc(blow, -0.2, 0.2, 0.3, 200, 90), 0.06, Tone.darker(s.main, 0.35));
        }
    }

    /** A mushroom; the pose nods its cap. */
    static void mushroom(Sketch s) {
        double stem = s.amount("stem", 0.18, 0.32);
        s.part(
                blob(-stem, -0.1, -stem, 0.4, -stem - 0.1, 0.86, 0, 0.94, stem + 0.1, 0.86, stem, 0.4, stem, -0.1),
                Tone.SKIN);
        Shape straight = s.is("cap", "pointed")
                ? blob(0, -1.0, 0.4, -0.6, 0.82, 0.1, 0.4, 0.2, -0.4, 0.2, -0.82, 0.1, -0.4, -0.6)
                : s.is("cap", "flat")
                        ? blob(
                                0, -0.56, 0.6, -0.44, 0.98, -0.06, 0.86, 0.12, 0, 0.1, -0.86, 0.12, -0.98, -0.06, -0.6,
                                -0.44)
                        : within(oval(0, 0.14, 0.88, 1.0), box(-2, -2, 2, 0.14, 0));
        Shape cap = turned(straight, s.posed(-7, 7), 0, 0.1);
        s.part(cap, s.main);
        double shift = s.posed(-0.14, 0.14);
        double[][] spots = {
            {-0.5, -0.1, 0.14}, {0.02, -0.3, 0.17}, {0.48, -0.08, 0.13}, {-0.24, -0.62, 0.12}, {0.3, -0.56, 0.1}
        };
        int shown = s.number("spots");
        for (int i = 0; i < shown; i++) {
            s.detail(within(cap, circle(spots[i][0] + shift, spots[i][1], spots[i][2])), s.second);
        }
        s.mark(lines(-stem * 0.4, 0.34, -stem * 0.4, 0.6), 0.04, Tone.darker(Tone.SKIN, 0.3));
        s.mark(lines(stem * 0.4, 0.3, stem * 0.4, 0.5), 0.04, Tone.darker(Tone.SKIN, 0.3));
    }

    /** A cactus in a pot; the pose lifts its arms. */
    static void cactus(Sketch s) {
        double left = s.posed(-0.3, 0.0);
        double right = s.posed(0.0, -0.3);
        int arms = s.number("arms");
        if (arms > 0) {
            s.limb(curve(0, 0.24, 0.42, 0.2, 0.6, 0.06, 0.6, -0.2 + right), 0.24, s.main);
        }
        if (arms > 1) {
            s.limb(curve(0, 0.0, -0.42, 0.0, -0.6, -0.14, -0.6, -0.34 + left), 0.24, s.main);
        }
        double half = s.amount("width", 0.22, 0.34);
        s.part(box(-half, -0.82, half, 0.6, half), s.main);
        Color thorns = Tone.lighter(s.main, 0.6);
        for (int i = 0; i < 5; i++) {
            double y = -0.52 + i * 0.2;
            s.mark(lines(-half * 0.5, y, -half * 0.3, y + 0.06), 0.045, thorns);
            s.mark(lines(half * 0.45, y + 0.06, half * 0.25, y + 0.12), 0.045, thorns);
        }
        if (s.is("top", "bloom")) {
            for (int i = 0; i < 5; i++) {
                s.part(turned(oval(0, -1.0, 0.1, 0.16), 72.0 * i, 0, -0.84), s.second);
            }
            s.detail(circle(0, -0.84, 0.09), Tone.GOLD);
        }
        s.part(polygon(-0.44, 0.46, 0.44, 0.46, 0.34, 0.98, -0.34, 0.98), s.second);
        s.part(box(-0.52, 0.36, 0.52, 0.56, 0.04), s.second);
    }

    /** An apple; the pose turns its leaf. */
    static void apple(Sketch s) {
        s.limb(curve(0.0, -0.5, 0.02, -0.76, 0.12, -0.94), 0.1, Tone.WOOD);
        double half = s.amount("width", 0.72, 0.88);
        Shape body = blob(
                0,
                -0.48,
                0.4,
                -0.62,
                half,
                -0.3,
                half - 0.04,
                0.24,
                0.42,
                0.84,
                0.0,
                0.78,
                -0.42,
                0.84,
                0.04 - half,
                0.24,
                -half,
                -0.3,
                -0.4,
                -0.62);
        s.part(body, s.main);
        switch (s.form("look")) {
            case "halves" -> s.detail(within(body, box(0.06, -2, 2, 2, 0)), s.second);
            case "worm" -> {
                s.detail(circle(0.28, 0.2, 0.2), Tone.darker(s.main, 0.6));
                s.limb(curve(0.28, 0.2, 0.5, 0.02, 0.66, 0.2, 0.84, -0.02), 0.17, s.second);
                s.bead(0.84, -0.04, 0.06);
            }
            default -> s.detail(segment(0, 0.1, 0.2, 0.2, 0, 360), Tone.lighter(s.second, 0.1));
        }
        s.mark(curve(-half + 0.22, -0.24, -half + 0.2, 0.02, -half + 0.28, 0.24), 0.1, Tone.lighter(s.main, 0.65));
        s.part(
                turned(blob(0.06, -0.66, 0.26, -0.94, 0.62, -0.94, 0.44, -0.68), s.posed(-25, 25), 0.06, -0.66),
                Tone.LEAF);
    }
}
